using L2O.MetaTraining;

namespace L2O.Experiments;

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
public sealed record TuningRow(string Optimizer, string Optimizee, string Candidate, long Seed, double ValidationLoss);

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
