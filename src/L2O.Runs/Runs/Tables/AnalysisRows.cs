namespace L2O.Runs.Tables;

/// <summary>
/// A row of flatness.csv: one number about one solution. Value and error are NaN of a diverged run, empty where the
/// optimizee has no such number; the cost is empty of numbers that come without work on the fixed part of Train. Errors
/// are standard errors over random probes or examples. Under one seed all optimizers share these, so their errors are not
/// independent: differences between optimizers are to be taken seed by seed, and not judged by the errors.
/// </summary>
public sealed record FlatnessRow(
    string Optimizer,
    string Optimizee,
    long Seed,
    string Metric,
    double? Value,
    double? Error,
    double? Seconds,
    double? GradientEvaluations) : IRunRow;

/// <summary>A row of esd.csv: one atom of the Hessian's spectral density; the weights of a solution sum to 1.</summary>
public sealed record EsdRow(
    string Optimizer, string Optimizee, long Seed, double Node, double Weight, double Residual) : IRunRow;

/// <summary>A row of slices.csv: the loss along a filter-normalised direction.</summary>
public sealed record SliceRow(string Optimizer, string Optimizee, long Seed, double Position, double Loss) : IRunRow;

/// <summary>A row of planes.csv: the loss in the plane of two filter-normalised directions.</summary>
public sealed record PlaneRow(string Optimizer, string Optimizee, long Seed, double X, double Y, double Loss) : IRunRow;

/// <summary>
/// A row of correlations.csv: two numbers over the solutions of one optimizee, or of all; cells says how many had both.
/// Tau is empty of fewer than 4, its interval of fewer than 8. Solutions of runs that diverged or never trained are left
/// out, and counted in the last two columns.
/// </summary>
public sealed record CorrelationRow(
    string Optimizee,
    string Metric,
    string Against,
    double? Tau,
    double? CiLow,
    double? CiHigh,
    int Cells,
    int Diverged,
    int Untrained)
{
    /// <summary>In place of an optimizee's name, where the cells of all of them count.</summary>
    public const string AllOptimizees = "all";
}
