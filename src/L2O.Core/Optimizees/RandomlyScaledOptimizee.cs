using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>
/// f(r * x) with a random factor r for each parameter, drawn anew for every episode: a learned optimizer that trains on
/// it cannot rely on the scale of gradients. The loss at the start is that of f (Lv et al., 2017).
/// </summary>
/// <param name="inner">f.</param>
/// <param name="bound">log r is uniform in [-bound, bound].</param>
/// <param name="tensorOptions">Where theta is.</param>
public sealed class RandomlyScaledOptimizee(IOptimizee inner, double bound, TensorOptions tensorOptions) : IOptimizee
{
    /// <inheritdoc/>
    public ParameterLayout Layout => inner.Layout;

    /// <inheritdoc/>
    public IOptimizee? HoldingOut() =>
        inner.HoldingOut() is { } holding ? new RandomlyScaledOptimizee(holding, bound, tensorOptions) : null;

    /// <inheritdoc/>
    public IEpisode Start(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        var uniform = (RandomTensors.Uniform(streams, "random_scaling", Layout.Count) * 2) - 1;
        return new ScaledEpisode(inner.Start(streams), tensorOptions.Convert((uniform * bound).exp()));
    }
}
