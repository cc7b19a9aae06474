using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace L2O.Kernels;

/// <summary>The memory of tensors, without copies.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>The tensors' name of an element type: float, double or long.</summary>
    internal static ScalarType Type<TElement>()
        where TElement : unmanaged =>
        typeof(TElement) == typeof(float) ? ScalarType.Float32
        : typeof(TElement) == typeof(double) ? ScalarType.Float64
        : ScalarType.Int64;

    /// <summary>Where the first of a tensor's so many numbers is; valid while the tensor lives.</summary>
    /// <exception cref="ArgumentException">It is not contiguous, on the CPU, and of this type and count.</exception>
    internal static TElement* Start<TElement>(Tensor tensor, long count)
        where TElement : unmanaged
    {
        var type = Type<TElement>();
        if (tensor.dtype != type || tensor.device_type != TorchSharp.DeviceType.CPU || !tensor.is_contiguous())
        {
            throw new ArgumentException(
                $"is {tensor.dtype} on {tensor.device_type}; fused kernels read contiguous {type} on the CPU",
                nameof(tensor));
        }

        var bytes = tensor.bytes;
        if (bytes.Length != count * sizeof(TElement))
        {
            throw new ArgumentException($"has {bytes.Length / sizeof(TElement)} numbers for {count}", nameof(tensor));
        }

        return (TElement*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes));
    }
}
