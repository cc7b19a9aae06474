using L2O.Runs.Tables;

namespace L2O.Runs.Sweeps;

/// <summary>One number of one run of a sweep.</summary>
/// <param name="Arm">The arm that is judged.</param>
/// <param name="MetaSeed">Of its training; null for an optimizer of the configs.</param>
/// <param name="Optimizee">What was trained.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="Metric">Name of the number.</param>
/// <param name="Value">Null where the run does not have it; infinite of a loss, else NaN, where the run diverged.</param>
/// <param name="IsDiverged">Whether the run diverged.</param>
internal sealed record SweepNumber(
    ComparedArm Arm, long? MetaSeed, string Optimizee, long Seed, string Metric, double? Value, bool IsDiverged)
{
    /// <summary>The table that an evaluation or an analysis has its numbers in.</summary>
    internal static Table TableOf(SweepRun run) => run.Kind == "evaluate" ? RunTables.Outcomes : RunTables.Flatness;

    /// <summary>All numbers of an evaluation or an analysis that is complete.</summary>
    internal static IEnumerable<SweepNumber> In(SweepRun run, string sweepDirectory)
    {
        var path = run.PathIn(sweepDirectory);
        return run.Kind == "evaluate"
            ? RunTables.Outcomes.RowsIn(path).Select(row => Of(run, row, row.Metric, row.Value, row.Diverged))
            : RunTables.Flatness.RowsIn(path).GroupBy(row => (row.Optimizer, row.Optimizee, row.Seed)).SelectMany(solution =>
            {
                var isDiverged = solution.Any(row => row is { Metric: "train_loss", Value: double.NaN });
                return solution.Select(row => Of(run, row, row.Metric, row.Value, isDiverged));
            });
    }

    private static SweepNumber Of(SweepRun run, IRunRow row, string metric, double? value, bool isDiverged) => new(
        new(run.Arm ?? row.Optimizer, IsTrained: run.Arm is not null),
        run.MetaSeed,
        row.Optimizee,
        row.Seed,
        metric,
        (value, isDiverged) switch
        {
            (null, _) or (_, false) => value,
            _ => MetricKind.IsLoss(metric) ? double.PositiveInfinity : double.NaN,
        },
        isDiverged);
}

/// <summary>What runs are replicates of.</summary>
/// <param name="Name">Of the arm, or of an optimizer of the configs.</param>
/// <param name="IsTrained">Whether it is an arm of trainings.</param>
internal sealed record ComparedArm(string Name, bool IsTrained);
