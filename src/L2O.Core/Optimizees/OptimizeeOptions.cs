using L2O.Options;
using L2O.Tensors;

namespace L2O.Optimizees;

/// <summary>Options that every optimizee shares: what makes its gradients harder to follow.</summary>
public abstract record OptimizeeOptions : IOptions
{
    /// <summary>Standard deviation of normal noise added to every entry of a gradient.</summary>
    public double Noise { get; init; }

    /// <summary>Probability with which an entry of a gradient is replaced by 0.</summary>
    public double Sparsity { get; init; }

    /// <summary>Stretches the parameters: f(x / rescale), with the start multiplied by rescale.</summary>
    public double Rescale { get; init; } = 1;

    /// <summary>What parameters share a factor of `random_scaling_ranges`; each instance draws one of these.</summary>
    public IReadOnlyList<ScalingLevel> RandomScalingLevels { get; init; } = [ScalingLevel.Parameter];

    /// <summary>
    /// Trains f(r x) from a start divided by r: an instance draws one of these pairs of a smallest and a largest r, and log r
    /// uniform between their logarithms. None where empty.
    /// </summary>
    public IReadOnlyList<double[]> RandomScalingRanges { get; init; } = [];

    /// <inheritdoc/>
    public virtual IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.NotNegative("noise", Noise), .. Require.Fraction("sparsity", Sparsity),
        .. Require.Positive("rescale", Rescale),
        .. RandomScaling.Problems(RandomScalingLevels, RandomScalingRanges, isScaled: RandomScalingRanges.Count > 0),
    ];

    /// <summary>Wraps an optimizee as these options demand.</summary>
    /// <param name="optimizee">In its own coordinates, with exact gradients.</param>
    /// <param name="tensorOptions">Where its theta is.</param>
    internal IOptimizee Wrap(IOptimizee optimizee, TensorOptions tensorOptions)
    {
        var rescaled = Rescale == 1 ? optimizee : new RescaledOptimizee(optimizee, Rescale);
        var scaled = RandomScalingRanges.Count == 0
            ? rescaled
            : new RandomlyScaledOptimizee(
                rescaled, new(RandomScalingLevels, RandomScalingRanges) { Purpose = "own_random_scaling" }, tensorOptions);
        var noisy = Noise == 0 ? scaled : new NoisyOptimizee(scaled, Noise);
        return Sparsity == 0 ? noisy : new SparseOptimizee(noisy, Sparsity);
    }
}
