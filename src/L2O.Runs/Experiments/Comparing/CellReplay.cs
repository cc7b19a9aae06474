using L2O.Errors;
using L2O.Evaluation;
using L2O.Optimizers;
using L2O.Randomness;
using L2O.Runs.Tables;

namespace L2O.Experiments.Comparing;

/// <summary>A cell of a comparison that is run again, to hold it against its rows.</summary>
/// <param name="config">Of the run.</param>
/// <param name="compared">The cell's optimizer.</param>
/// <param name="optimizee">The cell's optimizee.</param>
/// <param name="cell">As recorded.</param>
/// <param name="cancel">Checked before every step.</param>
internal sealed class CellReplay(
    EvaluateConfig config, ComparedOptimizer compared, NamedOptimizee optimizee, EvaluatedCell cell, CancellationToken cancel)
{
    /// <summary>Runs seeds from the first on until enough rows are compared; the last run only as far as it takes.</summary>
    /// <returns>How many rows were compared; all were the same.</returns>
    /// <exception cref="CheckpointException">One differs.</exception>
    internal int Curves(RecordedTable<CurveRow> table, int rowCount)
    {
        var optimizer = OptimizerOf(cell.Setting);
        var compared = 0;
        foreach (var (index, seed) in Starts(table))
        {
            if (compared >= rowCount)
            {
                break;
            }

            // One step more than the last row needs: the loss at an end comes from another call than those on the way.
            var wanted = rowCount - compared;
            var steps = (int)Math.Min(config.Steps, ((long)config.RecordEvery * (wanted - 1)) + 1);
            var points = Evaluator(steps).Run(optimizer, optimizee, seed, () => { }, cancel).Points.Take(wanted).ToArray();
            foreach (var (offset, point) in points.Index())
            {
                table.Compare(index + offset, EvaluateRun.RowOf(cell.Optimizer, cell.Optimizee, seed, point));
            }

            compared += points.Length;
        }

        return compared;
    }

    /// <summary>Runs the last setting of the grid again under its last seed.</summary>
    /// <returns>1, or 0 where there was no grid.</returns>
    /// <exception cref="CheckpointException">The loss differs.</exception>
    internal int LastTuning(RecordedTable<TuningRow> table)
    {
        var (index, recorded) = table.Rows.Index()
            .LastOrDefault(row => (row.Item.Optimizer, row.Item.Optimizee) == (cell.Optimizer, cell.Optimizee));
        if (recorded is null)
        {
            return 0;
        }

        var loss = Evaluator(config.Steps).ValidationLoss(
            OptimizerOf(recorded.Setting), optimizee, recorded.Seed, () => { }, cancel);
        table.Compare(index, recorded with { ValidationLoss = loss });
        return 1;
    }

    private IOptimizer OptimizerOf(string setting) =>
        compared.Settings.FirstOrDefault(other => other.Label == setting)?.Optimizer
        ?? throw new CheckpointException($"{cell.Optimizer}: its grid has no setting `{setting}`; start a new run");

    private IEnumerable<(int Index, long Seed)> Starts(RecordedTable<CurveRow> table) => table.Rows.Index()
        .Where(row => (row.Item.Optimizer, row.Item.Optimizee) == (cell.Optimizer, cell.Optimizee))
        .GroupBy(row => row.Item.Seed, (seed, rows) => (rows.First().Index, seed));

    private Evaluator Evaluator(int steps) => new(
        EvaluateRun.OptionsOf(config) with { Steps = steps }, RandomStreams.FromSeed(config.Seed), TimeProvider.System);
}
