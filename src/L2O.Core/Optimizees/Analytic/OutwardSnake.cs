using static TorchSharp.torch;

namespace L2O.Optimizees.Analytic;

/// <summary>Options of the valley that winds outward.</summary>
public sealed record OutwardSnakeOptions : SamplesOptions;

/// <summary>
/// sum_b D_b0 / (||x|| + 1e-6) + sum_b sum_{i>0} ((x_i - pi cos x_{i-1}) D_bi)^2 over samples of 0 and 1: the loss
/// falls towards 0 along a winding path to infinity.
/// </summary>
public static class OutwardSnake
{
    /// <summary>The formula with these options.</summary>
    public static AnalyticProblem Problem(OutwardSnakeOptions options)
    {
        var links = options.Dimension - 1;
        return Samples.Problem(
            options,
            streams => Samples.Binary(options, streams),
            (theta, samples) =>
            {
                var off = theta.narrow(0, 1, links) - (Math.PI * cos(theta.narrow(0, 0, links)));
                var winding = (off * samples.narrow(1, 1, links)).square().sum() / samples.shape[0];
                return winding + (samples.select(1, 0).mean() / (theta.norm() + 1e-6));
            });
    }
}
