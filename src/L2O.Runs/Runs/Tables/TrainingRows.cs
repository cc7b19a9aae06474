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
    double Seconds);

/// <summary>A row of validation.csv: one optimizee at one validation; iteration 0 is before training.</summary>
public sealed record ValidationRow(
    long Iteration, int Stage, string Optimizee, double MeanFinalLoss, bool Best, double Seconds);
