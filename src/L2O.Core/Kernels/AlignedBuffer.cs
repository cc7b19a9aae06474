using System.Runtime.CompilerServices;
using L2O.Errors;

namespace L2O.Kernels;

/// <summary>Memory that stays where it is and starts at a cache line; it goes when nothing refers to this.</summary>
internal sealed unsafe class AlignedBuffer
{
    private const int LineSize = 64;

    private readonly byte[] _bytes;

    /// <summary>Memory of whatever content.</summary>
    /// <param name="size">From <see cref="SizeOf{TElement}"/>.</param>
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

    /// <summary>The bytes of so many numbers.</summary>
    /// <exception cref="ConfigException">They are more than a buffer can have.</exception>
    internal static int SizeOf<TElement>(long count)
        where TElement : unmanaged
    {
        var size = count * sizeof(TElement);
        return size <= Array.MaxLength - LineSize
            ? (int)size
            : throw new ConfigException(
                $"backend: fused kernels would need a buffer of {size >> 20} MiB, and the largest has 2047; choose a "
                + "smaller meta.unroll, hidden or batch_size, or the backend torch");
    }
}
