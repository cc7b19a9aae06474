namespace L2O.Kernels;

/// <summary>Consecutive pieces of a buffer, each from a cache line on; without a buffer only their size.</summary>
internal unsafe ref struct Carving(void* start)
{
    private const int Line = 64;

    internal long Size { get; private set; }

    internal T* Take<T>(long count)
        where T : unmanaged
    {
        var piece = (T*)((byte*)start + Size);
        Size += ((count * sizeof(T)) + Line - 1) / Line * Line;
        return piece;
    }
}
