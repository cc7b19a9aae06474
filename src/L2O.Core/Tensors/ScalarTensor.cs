using static TorchSharp.torch;

namespace L2O.Tensors;

/// <summary>Tensors of one number.</summary>
internal static class ScalarTensor
{
    /// <summary>The number, whichever of the two widths it has; waits for the device.</summary>
    internal static double Value(Tensor scalar) =>
        scalar.dtype == ScalarType.Float64 ? scalar.item<double>() : scalar.item<float>();
}
