using L2O.Errors;
using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Runs;
using L2O.Runs.Tables;
using L2O.Runtime;

namespace L2O.Experiments.Comparing;

/// <summary>Looks whether a comparison's files agree, and whether running its last cell again gives what was recorded.</summary>
/// <param name="run">Its directory.</param>
/// <param name="config">Of the run.</param>
public sealed class EvaluateVerification(RunVerification run, EvaluateConfig config)
{
    private string ProgressPath => run.FilePath(ProgressFile.FileName);

    /// <summary>Looks at every file.</summary>
    public IEnumerable<RunCheck> Files() =>
    [
        RunCheck.Of(() => $"{ProgressPath}: {Progress().Cells.Count} cells in the tables, {Progress().Ahead.Count} ahead of them"),
        RunCheck.Of(() => Curves().Count(Progress().CurveRows, run.IsComplete)),
        RunCheck.Of(() => Tuning().Count(Progress().TuningRows, run.IsComplete)),
        RunCheck.Of(() => Summary().Count(Progress().SummaryRows, run.IsComplete)),
        RunCheck.Of(CompareSummary),
    ];

    /// <summary>
    /// Runs the last cell in the tables again, as far as asked, and compares the rows. Finalizers wait for safe points.
    /// </summary>
    /// <param name="optimizers">From <see cref="Composition.ComparedOptimizers"/>.</param>
    /// <param name="optimizees">From <see cref="Composition.Optimizees"/>.</param>
    /// <param name="rows">How many rows of curves.csv at most; where the cell was tuned, also one row of tuning.csv.</param>
    /// <param name="cancel">Checked before every step.</param>
    public RunCheck Replay(
        IReadOnlyList<ComparedOptimizer> optimizers,
        IReadOnlyList<WeightedOptimizee> optimizees,
        int rows,
        CancellationToken cancel) =>
        RunCheck.Of(() =>
        {
            using var gate = FinalizerGate.Close();
            if (Progress().Cells is not [.., var cell])
            {
                return $"{run.Path}: no cell is done, so there is nothing to run again";
            }

            var compared = optimizers.First(other => other.Name == cell.Optimizer);
            var entry = optimizees.First(other => other.Name == cell.Optimizee);
            CellReplay replay = new(config, compared, new(entry.Name, entry.Optimizee), cell, cancel);
            var curveRows = replay.Curves(Curves(), rows);
            var tuningRows = replay.LastTuning(Tuning());
            return $"{run.Path}: {cell.Optimizer} on {cell.Optimizee} gives the same {curveRows} rows of curves.csv "
                + $"and {tuningRows} of tuning.csv again";
        });

    private EvaluateProgress Progress() => EvaluateProgress.Read(run.Path) ?? new([], 0, 0, 0, []);

    private string CompareSummary()
    {
        SummaryRow[] counted = [.. Progress().Cells.SelectMany(cell => cell.Rows)];
        return counted.SequenceEqual(Summary().Rows.Take(counted.Length))
            ? $"{ProgressPath}: its numbers are those of summary.csv"
            : throw new CheckpointException($"{ProgressPath}: its numbers are not those of summary.csv; start a new run");
    }

    private RecordedTable<CurveRow> Curves() => new(run.FilePath("curves.csv"), row => row with { Seconds = 0 });

    private RecordedTable<TuningRow> Tuning() => new(run.FilePath("tuning.csv"), row => row);

    private RecordedTable<SummaryRow> Summary() => new(run.FilePath("summary.csv"), row => row);
}
