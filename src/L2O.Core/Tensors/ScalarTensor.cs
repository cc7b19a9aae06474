using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace L2O.Tensors;

/// <summary>Tensors of one number.</summary>
internal static class ScalarTensor
{
    /// <summary>The number, whichever of the two widths it has; waits for the device.</summary>
    /// <remarks>
    /// Read from memory: by way of TorchSharp's `item` it would pass through a handle that the garbage collector may free
    /// while libtorch still reads it.
    /// </remarks>
    internal static double Value(Tensor scalar)
    {
        using var copy = scalar.device_type == TorchSharp.DeviceType.CPU ? null : scalar.cpu();
        var here = copy ?? scalar;
        return here.dtype == ScalarType.Float64 ? MemoryMarshal.Read<double>(here.bytes) : MemoryMarshal.Read<float>(here.bytes);
    }
}
