using L2O.Options;

namespace L2O.Optimizees.Analytic;

/// <summary>Options of the lasso; two unknowns by default.</summary>
public sealed record LassoOptions : LinearSystemsOptions
{
    /// <summary>The defaults.</summary>
    public LassoOptions() => Dimension = 2;

    /// <summary>Weight of the sum of magnitudes.</summary>
    public double Penalty { get; init; } = 0.005;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.NotNegative("penalty", Penalty)];
}

/// <summary>1/2 ||W x - y||^2 + penalty ||x||_1 with random W and y (Tibshirani, 1996).</summary>
public static class Lasso
{
    /// <summary>The formula with these options.</summary>
    public static AnalyticProblem Problem(LassoOptions options)
    {
        var systems = new LinearSystems(options);
        return new(
            systems.Layout,
            systems.Start,
            systems.Draw,
            (theta, constants) =>
                ((systems.Residual(theta, constants).square().sum() / 2) + (theta.abs().sum() * options.Penalty))
                / options.Instances);
    }
}
