using System.Runtime.CompilerServices;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>Memory that stays where it is and starts at a cache line; it goes when nothing refers to this.</summary>
internal sealed unsafe class AlignedBuffer
{
    private const int LineSize = 64;

    private readonly byte[] _bytes;

    /// <summary>Memory of whatever content.</summary>
    internal AlignedBuffer(int size)
    {
        Size = size;
        _bytes = GC.AllocateUninitializedArray<byte>(size + LineSize, pinned: true);
        var start = (nuint)Unsafe.AsPointer(ref _bytes[0]);
        Start = (void*)((start + LineSize - 1) & ~(nuint)(LineSize - 1));
    }

    /// <summary>Bytes.</summary>
    internal int Size { get; }

    /// <summary>Valid while this object is reachable.</summary>
    internal void* Start { get; }
}
