using L2O.Options;
using L2O.Randomness;

namespace L2O.Optimizees.Analytic;

/// <summary>Options of the chain of dependent parameters.</summary>
public sealed record DependencyChainOptions : AnalyticOptions
{
    /// <summary>Links: the number of parameters minus one.</summary>
    public int Dimension { get; init; } = 20;

    /// <summary>Counts the first parameter once for each link, as the reference implementation does.</summary>
    public bool ReferenceForm { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.AtLeast("dimension", Dimension, 1)];
}

/// <summary>
/// x[0]^2 + sum_i x[i]^2 / (x[i-1]^2 + 1e-6) from a normal start: each parameter must fall faster than the one before;
/// its minimum is 0 (Wichrowska et al., 2017).
/// </summary>
public static class DependencyChain
{
    /// <summary>The formula with these options.</summary>
    public static AnalyticProblem Problem(DependencyChainOptions options)
    {
        var n = options.Dimension;
        var first = options.ReferenceForm ? n : 1;
        return new(
            new([new("x", n + 1)]),
            streams => RandomTensors.Normal(streams, "x", n + 1),
            Constants: _ => [],
            (theta, _) =>
            {
                var squares = theta.square();
                var ratios = squares.narrow(0, 1, n) / (squares.narrow(0, 0, n) + 1e-6);
                return ratios.sum() + (squares.select(0, 0) * first);
            });
    }
}
