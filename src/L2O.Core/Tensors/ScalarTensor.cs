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
        using var scope = NewDisposeScope();
        var here = scalar.detach().cpu();
        return here.dtype == ScalarType.Float64 ? here.data<double>()[0] : here.data<float>()[0];
    }
}
