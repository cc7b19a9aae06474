using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>
/// f(r * x) with a random factor r for each parameter, drawn anew for every episode: a learned optimizer that trains on
/// it cannot rely on the scale of gradients. The loss at the start is that of f (Lv et al., 2017).
/// </summary>
/// <param name="inner">f.</param>
/// <param name="bound">log r is uniform between minus and plus this.</param>
/// <param name="placement">Where theta is.</param>
public sealed class RandomlyScaledOptimizee(IOptimizee inner, double bound, Placement placement) : IOptimizee
{
    /// <inheritdoc/>
    public ParameterLayout Layout => inner.Layout;

    /// <inheritdoc/>
    public IEpisode Start(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        var uniform = (Draw.Uniform(streams, "random_scaling", Layout.Count) * 2) - 1;
        return new ScaledEpisode(inner.Start(streams), placement.Place((uniform * bound).exp()));
    }
}
