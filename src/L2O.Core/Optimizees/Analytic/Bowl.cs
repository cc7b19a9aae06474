using L2O.Options;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Optimizees.Analytic;

/// <summary>Options of the bowl.</summary>
public sealed record BowlOptions : AnalyticOptions
{
    /// <summary>Curvature along the first axis over that along the second.</summary>
    public double Condition { get; init; } = 5;

    /// <summary>Turns the axes, in radians.</summary>
    public double Angle { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.Positive("condition", Condition)];
}

/// <summary>1/2 (condition u^2 + v^2) in axes u and v turned by an angle, from a normal start; at least 0.</summary>
public static class Bowl
{
    /// <summary>The formula with these options.</summary>
    public static AnalyticProblem Problem(BowlOptions options)
    {
        var (sin, cos, root) = (Math.Sin(options.Angle), Math.Cos(options.Angle), Math.Sqrt(options.Condition));
        return new(
            new([new("x", 2)]),
            streams => RandomTensors.Normal(streams, "x", 2),
            _ => [tensor(new[,] { { root * cos, -root * sin }, { sin, cos } })],
            (theta, constants) => constants[0].mv(theta).square().sum() / 2);
    }
}
