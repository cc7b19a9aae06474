using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>f(x / scale), with the start multiplied by scale.</summary>
/// <param name="inner">f.</param>
/// <param name="scale">Above 0.</param>
public sealed class RescaledOptimizee(IOptimizee inner, double scale) : IOptimizee
{
    /// <inheritdoc/>
    public ParameterLayout Layout => inner.Layout;

    /// <inheritdoc/>
    public IEpisode Start(RandomStreams streams) => new ScaledEpisode(inner.Start(streams), tensor(1 / scale));

    /// <inheritdoc/>
    public IOptimizee? HoldingOut() => inner.HoldingOut() is { } holding ? new RescaledOptimizee(holding, scale) : null;
}
