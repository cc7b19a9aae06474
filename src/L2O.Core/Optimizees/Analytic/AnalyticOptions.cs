namespace L2O.Optimizees.Analytic;

/// <summary>Options that every formula shares.</summary>
public abstract record AnalyticOptions : OptimizeeOptions
{
    /// <summary>Minimizes log(f + 1e-6) - log(1e-6) instead of f, which must not be negative.</summary>
    public bool Logarithm { get; init; }
}
