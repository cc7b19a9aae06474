using static TorchSharp.torch;

namespace L2O.Optimizers;

/// <summary>A gradient that is already known.</summary>
/// <param name="gradient">[N]; owned by the caller.</param>
public sealed class ConstantGradient(Tensor gradient) : IGradientSource
{
    /// <inheritdoc/>
    public Tensor At(Tensor theta) => gradient.alias();

    /// <inheritdoc/>
    public Tensor AtFresh(Tensor theta, long draw) => gradient.alias();
}
