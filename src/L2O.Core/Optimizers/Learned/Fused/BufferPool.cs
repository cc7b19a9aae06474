namespace L2O.Optimizers.Learned.Fused;

/// <summary>Scratch memory that is lent and given back, so that steps allocate none.</summary>
internal sealed class BufferPool
{
    private readonly Pool<AlignedBuffer> _free = new();

    /// <summary>At least so many bytes, of whatever content.</summary>
    internal AlignedBuffer Rent(int size) => _free.Take() is { } buffer && buffer.Size >= size ? buffer : new(size);

    internal void Return(AlignedBuffer buffer) => _free.Return(buffer);
}
