namespace L2O.Optimizers.Learned.Fused;

/// <summary>Scratch memory that is lent and given back, so that steps allocate none.</summary>
internal sealed class BufferPool
{
    private readonly Lock _lock = new();
    private readonly Stack<AlignedBuffer> _free = [];

    /// <summary>At least so many bytes, of whatever content.</summary>
    internal AlignedBuffer Rent(int size)
    {
        lock (_lock)
        {
            if (_free.TryPop(out var buffer) && buffer.Size >= size)
            {
                return buffer;
            }
        }

        return new(size);
    }

    internal void Return(AlignedBuffer buffer)
    {
        lock (_lock)
        {
            _free.Push(buffer);
        }
    }
}
