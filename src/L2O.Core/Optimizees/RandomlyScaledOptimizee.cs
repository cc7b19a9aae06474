using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>
/// f(r * x) with random factors r, drawn anew for every episode: a learned optimizer that trains on it cannot rely on the
/// scale of gradients (Lv et al., 2017). The start is that of f divided by r, so that the loss there is that of f.
/// </summary>
/// <param name="inner">f.</param>
/// <param name="scaling">What draws the factors.</param>
/// <param name="tensorOptions">Where theta is.</param>
public sealed class RandomlyScaledOptimizee(IOptimizee inner, RandomScaling scaling, TensorOptions tensorOptions) : IOptimizee
{
    /// <inheritdoc/>
    public ParameterLayout Layout => inner.Layout;

    /// <inheritdoc/>
    public IOptimizee? HoldingOut() =>
        inner.HoldingOut() is { } holding ? new RandomlyScaledOptimizee(holding, scaling, tensorOptions) : null;

    /// <inheritdoc/>
    public IEpisode Start(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        return scaling.Factors(Layout, streams) is { } factors
            ? new ScaledEpisode(inner.Start(streams), tensorOptions.Convert(factors))
            : inner.Start(streams);
    }
}
