using L2O.Options;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>Options of what the worst small step makes of the loss.</summary>
public abstract record WorstStepOptions : IMetricOptions
{
    /// <summary>Distance of the ascent.</summary>
    public double Rho { get; init; } = 0.05;

    /// <summary>
    /// Measures distance relative to each parameter's magnitude (arXiv 2102.11600), so that rescaling layers without
    /// changing the function changes nothing.
    /// </summary>
    public bool Adaptive { get; init; }

    /// <inheritdoc/>
    public virtual IReadOnlyList<IMetricOptions> ForAnalysis => [this];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => Require.Positive("rho", Rho);
}

/// <summary>The step that raises the loss most, to first order: rho g / |g| (arXiv 2010.01412).</summary>
internal static class WorstStep
{
    // Where the gradient vanishes there is no direction to climb, and a division by 0 must not make one.
    private const double SmallestNorm = 1e-12;

    /// <summary>Where it leads from theta [N], whose gradient [N] is given: [N].</summary>
    internal static Tensor End(WorstStepOptions options, Tensor theta, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var scaled = options.Adaptive ? theta.abs() * gradient : gradient;
        var step = scaled * (options.Rho / scaled.norm().clamp_min(SmallestNorm));
        return (theta + (options.Adaptive ? theta.abs() * step : step)).MoveToOuterDisposeScope();
    }
}
