namespace L2O.Runs.Tables;

/// <summary>A row of curves.csv: one run at one step.</summary>
public sealed record CurveRow(
    string Optimizer,
    string Optimizee,
    long Seed,
    long Step,
    double BatchLoss,
    double TrainLoss,
    double? TrainAccuracy,
    double ValidationLoss,
    double? ValidationAccuracy,
    double TestLoss,
    double? TestAccuracy,
    double Seconds) : IRunRow;

/// <summary>
/// A row of tuning.csv: one setting of a grid under one tuning seed, and whether it was chosen for the comparison. The first
/// is where every setting diverged; a loss is Infinity where its run did.
/// </summary>
public sealed record TuningRow(
    string Optimizer, string Optimizee, string Setting, long Seed, double ValidationLoss, bool Chosen) : ICellRow;

/// <summary>
/// A row of outcomes.csv: one number about one run, of which summary.csv is made. The value is empty where the run has no such
/// number; of a diverged run it is the one where it ended.
/// </summary>
public sealed record OutcomeRow(
    string Optimizer, string Optimizee, long Seed, string Metric, double? Value, bool Diverged) : IRunRow
{
    internal bool IsTime => MetricKind.IsTime(Metric);
}

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
    int Diverged) : ICellRow
{
    internal bool IsTime => MetricKind.IsTime(Metric);
}
