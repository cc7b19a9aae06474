using L2O.MetaTraining;

namespace L2O.Runs.Tables;

/// <summary>A row of meta.csv: one unroll of one optimizee.</summary>
public sealed record MetaRow(
    long Iteration,
    int Unroll,
    string Optimizee,
    double MetaLoss,
    double FinalLoss,
    double? RegularizerValue,
    double? RegularizerShare,
    double GradientNorm,
    int Skipped,
    int Stage,
    string? Teacher,
    long Rollbacks,
    double Seconds)
{
    internal static MetaRow Of(UnrollReport report, double seconds) => new(
        report.Iteration,
        report.Unroll,
        report.Optimizee,
        report.MetaLoss,
        report.FinalLoss,
        report.Regularizer.Value,
        report.Regularizer.Share,
        report.GradientNorm,
        report.Skipped ? 1 : 0,
        report.Stage,
        report.Teacher,
        report.Rollbacks,
        seconds);
}

/// <summary>A row of validation.csv: one optimizee at one validation; iteration 0 is before training.</summary>
public sealed record ValidationRow(
    long Iteration, int Stage, string Optimizee, double MeanFinalLoss, bool Best, double Seconds);

/// <summary>A row of curves.csv: one run at one step.</summary>
public sealed record CurveRow(
    string Optimizer,
    string Optimizee,
    long Seed,
    long Step,
    double BatchLoss,
    double TrainLoss,
    double? TrainAccuracy,
    double TestLoss,
    double? TestAccuracy,
    double Seconds);

/// <summary>A row of tuning.csv: one setting of a grid under one tuning seed.</summary>
public sealed record TuningRow(string Optimizer, string Optimizee, string Setting, long Seed, double ValidationLoss);

/// <summary>A row of summary.csv: one number over seeds.</summary>
public sealed record SummaryRow(
    string Optimizer,
    string Optimizee,
    string Metric,
    double Mean,
    double Std,
    double CiLow,
    double CiHigh,
    int Runs,
    int Diverged);

/// <summary>
/// A row of flatness.csv: one number about one solution. Value and error are NaN of a diverged run, empty where the
/// optimizee has no such number; the cost is empty of numbers that come without work on the fixed part of Train.
/// </summary>
public sealed record FlatnessRow(
    string Optimizer,
    string Optimizee,
    long Seed,
    string Metric,
    double? Value,
    double? Error,
    double? Seconds,
    double? GradientEvaluations);

/// <summary>A row of esd.csv: one atom of the Hessian's spectral density; the weights of a solution sum to 1.</summary>
public sealed record EsdRow(
    string Optimizer, string Optimizee, long Seed, double Node, double Weight, double Residual);

/// <summary>A row of slices.csv: the loss along a filter-normalised direction.</summary>
public sealed record SliceRow(string Optimizer, string Optimizee, long Seed, double Position, double Loss);

/// <summary>A row of planes.csv: the loss in the plane of two filter-normalised directions.</summary>
public sealed record PlaneRow(string Optimizer, string Optimizee, long Seed, double X, double Y, double Loss);

/// <summary>A row of correlations.csv: two numbers over the cells of one optimizee, or of all.</summary>
public sealed record CorrelationRow(
    string Optimizee,
    string Metric,
    string Against,
    double Tau,
    double CiLow,
    double CiHigh,
    int Cells,
    int Diverged);
