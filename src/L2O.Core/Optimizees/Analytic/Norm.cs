using L2O.Options;
using L2O.Randomness;

namespace L2O.Optimizees.Analytic;

/// <summary>Options of the norm of a residual.</summary>
public sealed record NormOptions : AnalyticOptions
{
    /// <summary>Unknowns, n.</summary>
    public int Dimension { get; init; } = 25;

    /// <summary>The norm's exponent, p.</summary>
    public double Power { get; init; } = 2;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.AtLeast("dimension", Dimension, 1), .. Require.Positive("power", Power)];
}

/// <summary>
/// (sum_i (|(W x - y)_i| + 1e-6)^p)^(1/p) with normal W and y, from a normal start; its minimum is 1e-6 n^(1/p)
/// (Wichrowska et al., 2017).
/// </summary>
public static class Norm
{
    private const double Smallest = 1e-6;

    /// <summary>The formula with these options.</summary>
    public static AnalyticProblem Problem(NormOptions options)
    {
        var n = options.Dimension;
        return new(
            new([new("x", n)]),
            streams => RandomTensors.Normal(streams, "x", n),
            streams => [RandomTensors.Normal(streams, "w", n, n), RandomTensors.Normal(streams, "y", n)],
            (theta, constants) => ((constants[0].mv(theta) - constants[1]).abs() + Smallest)
                .pow(options.Power).sum().pow(1 / options.Power));
    }
}
