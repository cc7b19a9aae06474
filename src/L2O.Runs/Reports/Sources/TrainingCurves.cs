using L2O.Runs.Tables;

namespace L2O.Reports.Sources;

/// <summary>What meta-training recorded, as curves over meta-iterations.</summary>
internal static class TrainingCurves
{
    // Unrolls vary from one to the next; means over stretches show the course.
    private const int Stretches = 120;

    /// <summary>The mean of a number of meta.csv over each stretch of meta-iterations.</summary>
    internal static MeanCurve? OfUnrolls(TrainingArm arm, Func<MetaRow, double?> number)
    {
        var last = arm.Runs.SelectMany(run => run.Rows(RunTables.Meta)).Select(row => row.Iteration).DefaultIfEmpty().Max();
        return MeanCurve.Of([.. Series(arm, run => run.Rows(RunTables.Meta).Select(row => (row.Iteration, Value: number(row)))
            .Where(row => row.Value is { } value && double.IsFinite(value))
            .GroupBy(row => row.Iteration * Math.Min(Stretches, last + 1) / (last + 1))
            .Select(stretch => (stretch.Key, stretch.Average(row => row.Iteration), stretch.Average(row => row.Value ?? 0))))]);
    }

    /// <summary>Updates that were left out so far.</summary>
    internal static MeanCurve? OfSkipped(TrainingArm arm) => MeanCurve.Of([.. Series(arm, run => Counted(run.Rows(RunTables.Meta)))]);

    /// <summary>The loss at the end of validations, mean over optimizees or that of one.</summary>
    internal static MeanCurve? OfValidation(TrainingArm arm, string? optimizee) => MeanCurve.Of([.. Series(arm, run =>
        run.Rows(RunTables.Validation).Where(row => optimizee is null || row.Optimizee == optimizee).GroupBy(row => row.Iteration)
            .Select(at => (at.Key, (double)at.Key, MeanOfLastStage([.. at]))))]);

    /// <summary>The validation that best.safetensors is from; null before the first.</summary>
    internal static (long Iteration, double Loss)? Best(ReportedRun run, string? optimizee)
    {
        // Iterations at which nothing was saved open a stage, from the best phi of the one before.
        var rows = run.Rows(RunTables.Validation);
        var openings = rows.Where(row => row.Stage > 0).GroupBy(row => row.Stage)
            .ToDictionary(stage => stage.Key, stage => stage.First().Iteration);
        var best = rows.LastOrDefault(row => row.Best && openings.GetValueOrDefault(row.Stage, -1) != row.Iteration);
        return best is null
            ? null
            : (best.Iteration, rows.Where(row => row.Iteration == best.Iteration && row.Stage == best.Stage)
                .Where(row => optimizee is null || row.Optimizee == optimizee).Select(row => row.MeanFinalLoss).DefaultIfEmpty(double.NaN).Average());
    }

    /// <summary>Meta-iterations at which a stage of a curriculum began, but for the first.</summary>
    internal static IReadOnlyList<double> StageStarts(ReportedRun run) =>
    [
        .. run.Rows(RunTables.Meta).Where(row => row.Stage > 0).GroupBy(row => row.Stage).Select(stage => (double)stage.First().Iteration),
    ];

    /// <summary>How many updates were left out.</summary>
    internal static int SkippedCount(ReportedRun run) =>
        run.Rows(RunTables.Meta).Where(row => row.Skipped == 1).Select(row => (row.Iteration, row.Unroll)).Distinct().Count();

    private static double MeanOfLastStage(ValidationRow[] rows) =>
        rows.Where(row => row.Stage == rows[^1].Stage).Average(row => row.MeanFinalLoss);

    private static IEnumerable<(long Key, double X, double Y)> Counted(IReadOnlyList<MetaRow> rows)
    {
        var count = 0;
        foreach (var iteration in rows.GroupBy(row => row.Iteration))
        {
            count += iteration.Where(row => row.Skipped == 1).Select(row => row.Unroll).Distinct().Count();
            yield return (iteration.Key, iteration.Key, count);
        }
    }

    // Trainings are replicates like evaluation seeds; each has the number once.
    private static IEnumerable<RunSeries> Series(TrainingArm arm, Func<ReportedRun, IEnumerable<(long Key, double X, double Y)>> points) =>
        arm.Runs.Select((run, i) => new RunSeries(
            MetaSeed: null, i, points(run).ToDictionary(point => point.Key, point => (point.X, point.Y))));
}
