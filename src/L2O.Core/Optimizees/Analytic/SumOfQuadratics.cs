namespace L2O.Optimizees.Analytic;

/// <summary>Options of the sum of quadratics around samples.</summary>
public sealed record SumOfQuadraticsOptions : SamplesOptions;

/// <summary>
/// sum_b ||x - D_b||^2 - sum_b ||D_b||^2 over normal samples and their negatives: 0 at 0 over all samples, while the
/// minimum on a minibatch lies elsewhere and can be negative.
/// </summary>
public static class SumOfQuadratics
{
    /// <summary>The formula with these options.</summary>
    public static AnalyticProblem Problem(SumOfQuadraticsOptions options) => Samples.Problem(
        options,
        streams => Samples.Symmetric(options, streams),
        (theta, samples) => theta.dot(theta) - (2 * samples.mv(theta).mean()));
}
