using L2O.Options;

namespace L2O.Optimizees.Analytic;

/// <summary>Options that every formula shares.</summary>
public abstract record AnalyticOptions : IOptions
{
    /// <summary>Standard deviation of normal noise added to every entry of a gradient.</summary>
    public double Noise { get; init; }

    /// <summary>Probability with which an entry of a gradient is replaced by 0.</summary>
    public double Sparsity { get; init; }

    /// <summary>Stretches the parameters: f(x / rescale), from a start as many times as far out.</summary>
    public double Rescale { get; init; } = 1;

    /// <summary>Minimizes log(f + 1e-6) - log(1e-6) instead of f, which must not be negative.</summary>
    public bool Logarithm { get; init; }

    /// <inheritdoc/>
    public virtual IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.NotNegative("noise", Noise), .. Require.Fraction("sparsity", Sparsity),
        .. Require.Positive("rescale", Rescale),
    ];
}
