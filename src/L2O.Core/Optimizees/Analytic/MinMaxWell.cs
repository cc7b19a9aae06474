using L2O.Options;
using L2O.Randomness;

namespace L2O.Optimizees.Analytic;

/// <summary>Options of the well between the largest and the smallest parameter.</summary>
public sealed record MinMaxWellOptions : AnalyticOptions
{
    /// <summary>Parameters.</summary>
    public int Dimension { get; init; } = 20;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.AtLeast("dimension", Dimension, 1)];
}

/// <summary>
/// max x^2 + 1 / min x^2 - 2 from a normal start, whose gradient touches two parameters at a time; its minimum is 0,
/// where every magnitude is 1 (Wichrowska et al., 2017).
/// </summary>
public static class MinMaxWell
{
    /// <summary>The formula with these options.</summary>
    public static AnalyticProblem Problem(MinMaxWellOptions options) => new(
        new([new("x", options.Dimension)]),
        streams => RandomTensors.Normal(streams, "x", options.Dimension),
        Constants: _ => [],
        (theta, _) =>
        {
            var squares = theta.square();
            return squares.max() + squares.min().reciprocal() - 2;
        });
}
