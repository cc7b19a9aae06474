using static TorchSharp.torch;

namespace L2O.Optimizees.Analytic;

/// <summary>Options of the quadratic with coupled cosines; two unknowns by default.</summary>
public sealed record SquareCosOptions : LinearSystemsOptions
{
    /// <summary>The defaults.</summary>
    public SquareCosOptions() => Dimension = 2;
}

/// <summary>||W x - y||^2 - sum_i [V 10 cos(2 pi x)]_i + 10 n with random W, V and y; it can be negative.</summary>
public static class SquareCos
{
    private const double Height = 10;

    /// <summary>The formula with these options.</summary>
    public static AnalyticProblem Problem(SquareCosOptions options)
    {
        var systems = new LinearSystems(options);
        return new(
            systems.Layout,
            systems.Start,
            streams => [.. systems.Draw(streams), systems.Matrices(streams, "v")],
            (theta, constants) =>
            {
                var bowl = systems.Residual(theta, constants).square().sum();
                var ripples = constants[2].bmm(cos(systems.Unknowns(theta) * (2 * Math.PI))).sum();
                return ((bowl - (ripples * Height)) / options.Instances) + (Height * options.Dimension);
            });
    }
}
