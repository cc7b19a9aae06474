using L2O.Options;

namespace L2O.Optimizees.Analytic;

/// <summary>How the constants of an instance are distributed.</summary>
public enum Distribution
{
    /// <summary>Uniform in [0, 1).</summary>
    Uniform,

    /// <summary>Standard normal.</summary>
    Normal,
}

/// <summary>Options of the quadratics; the defaults are those of Andrychowicz et al. (2016).</summary>
public sealed record QuadraticOptions : AnalyticOptions
{
    /// <summary>Unknowns of each instance.</summary>
    public int Dimension { get; init; } = 10;

    /// <summary>Independent instances minimized together; the loss is their mean.</summary>
    public int Instances { get; init; } = 128;

    /// <summary>What W and y are drawn from.</summary>
    public Distribution Constants { get; init; } = Distribution.Uniform;

    /// <summary>Multiplies the loss by 1/2, as Wichrowska et al. (2017) have it.</summary>
    public bool Halved { get; init; }

    /// <summary>Standard deviation of the start.</summary>
    public double InitialScale { get; init; } = 0.01;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.AtLeast("dimension", Dimension, 1),
        .. Require.AtLeast("instances", Instances, 1), .. Require.NotNegative("initial_scale", InitialScale),
    ];
}

/// <summary>||W x - y||^2 with random W and y; its minimum is 0.</summary>
public static class Quadratic
{
    /// <summary>The formula for these options.</summary>
    public static AnalyticProblem Problem(QuadraticOptions options)
    {
        var system = new LinearSystems(options.Dimension, options.Instances, options.Constants);
        var weight = (options.Halved ? 0.5 : 1) / options.Instances;
        return new(
            system.Layout,
            streams => system.NormalStart(streams, options.InitialScale),
            system.Draw,
            (theta, constants) => system.SquaredResidual(theta, constants) * weight);
    }
}
