using L2O.Options;
using static TorchSharp.torch;

namespace L2O.Optimizees.Analytic;

/// <summary>Options of the random Rastrigin functions; two unknowns, normal constants and start by default.</summary>
public sealed record RastriginOptions : LinearSystemsOptions
{
    /// <summary>The defaults.</summary>
    public RastriginOptions()
    {
        Dimension = 2;
        Constants = EntryDistribution.Normal;
        InitialScale = 1;
    }

    /// <summary>Height of the ripples.</summary>
    public double Alpha { get; init; } = 10;

    /// <summary>Divides the quadratic part by n and adds alpha n^2 instead of alpha n, as one reference does.</summary>
    public bool ReferenceForm { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.NotNegative("alpha", Alpha)];
}

/// <summary>
/// 1/2 ||W x - y||^2 - alpha c.cos(2 pi x) + alpha n with random W, y and c; it can be negative (Cao et al., 2019).
/// </summary>
public static class Rastrigin
{
    /// <summary>The formula with these options.</summary>
    public static AnalyticProblem Problem(RastriginOptions options)
    {
        var systems = new LinearSystems(options);
        var n = (double)options.Dimension;
        var (divisor, offset) = options.ReferenceForm ? (n, n * n) : (1, n);
        return new(
            systems.Layout,
            systems.Start,
            streams => [.. systems.Draw(streams), systems.Vectors(streams, "c")],
            (theta, constants) =>
            {
                var bowl = systems.Residual(theta, constants).square().sum() / (2 * divisor);
                var ripples = (constants[2] * cos(systems.Unknowns(theta) * (2 * Math.PI))).sum();
                return ((bowl - (ripples * options.Alpha)) / options.Instances) + (options.Alpha * offset);
            });
    }
}
