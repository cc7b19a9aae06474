using System.Collections.Concurrent;

namespace L2O.Kernels;

/// <summary>Scratch memory that is lent and given back, so that steps allocate none.</summary>
internal sealed class BufferPool
{
    private readonly ConcurrentBag<AlignedBuffer> _free = [];

    /// <summary>At least so many bytes, of whatever content.</summary>
    internal AlignedBuffer Rent(int size) =>
        _free.TryTake(out var buffer) && buffer.Size >= size ? buffer : new(size);

    internal void Return(AlignedBuffer buffer) => _free.Add(buffer);
}
