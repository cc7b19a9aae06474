using L2O.Options;

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

    /// <inheritdoc/>
    public virtual IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.NotNegative("noise", Noise), .. Require.Fraction("sparsity", Sparsity),
        .. Require.Positive("rescale", Rescale),
    ];

    /// <summary>Wraps an optimizee as these options demand.</summary>
    internal IOptimizee Wrap(IOptimizee optimizee)
    {
        var rescaled = Rescale == 1 ? optimizee : new RescaledOptimizee(optimizee, Rescale);
        var noisy = Noise == 0 ? rescaled : new NoisyOptimizee(rescaled, Noise);
        return Sparsity == 0 ? noisy : new SparseOptimizee(noisy, Sparsity);
    }
}
