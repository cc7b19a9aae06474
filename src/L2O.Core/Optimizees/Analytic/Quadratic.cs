namespace L2O.Optimizees.Analytic;

/// <summary>Options of the quadratics; the defaults are those of Andrychowicz et al. (2016).</summary>
public sealed record QuadraticOptions : LinearSystemsOptions
{
    /// <summary>Multiplies the loss by 1/2, as Wichrowska et al. (2017) have it.</summary>
    public bool Halved { get; init; }
}

/// <summary>||W x - y||^2 with random W and y; its minimum is 0.</summary>
public static class Quadratic
{
    /// <summary>The formula with these options.</summary>
    public static AnalyticProblem Problem(QuadraticOptions options)
    {
        var systems = new LinearSystems(options);
        var weight = options.Halved ? 0.5 : 1;
        return new(
            systems.Layout,
            systems.Start,
            systems.Draw,
            (theta, constants) => systems.Residual(theta, constants).square().sum() * (weight / options.Instances));
    }
}
