namespace L2O.Optimizees.Analytic;

/// <summary>Options of the quadratic with sampled curvatures.</summary>
public sealed record ProjectionQuadraticOptions : SamplesOptions;

/// <summary>sum_b sum_i (x_i D_bi)^2 over normal samples; its minimum is 0 at 0.</summary>
public static class ProjectionQuadratic
{
    /// <summary>The formula with these options.</summary>
    public static AnalyticProblem Problem(ProjectionQuadraticOptions options) => Samples.Problem(
        options,
        streams => Samples.Symmetric(options, streams),
        (theta, samples) => (theta * samples).square().sum() / samples.shape[0]);
}
