using L2O.Options;

namespace L2O.Optimizees.Analytic;

/// <summary>Options that every formula shares.</summary>
public abstract record AnalyticOptions : IOptions
{
    /// <inheritdoc/>
    public virtual IEnumerable<OptionProblem> Problems() => [];
}
