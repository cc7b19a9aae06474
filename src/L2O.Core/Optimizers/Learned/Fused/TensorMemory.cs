using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>The memory of tensors, without copies.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Where a tensor's first number is; valid while the tensor lives.</summary>
    /// <exception cref="ArgumentException">It is not contiguous, on the CPU, and of this type.</exception>
    internal static TElement* Start<TElement>(Tensor tensor)
        where TElement : unmanaged
    {
        var type = typeof(TElement) == typeof(float) ? ScalarType.Float32 : ScalarType.Float64;
        if (tensor.dtype != type || tensor.device_type != TorchSharp.DeviceType.CPU || !tensor.is_contiguous())
        {
            throw new ArgumentException(
                $"is {tensor.dtype} on {tensor.device_type}; fused kernels read contiguous {type} on the CPU",
                nameof(tensor));
        }

        return (TElement*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
    }
}
