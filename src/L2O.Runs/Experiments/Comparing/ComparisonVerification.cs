using L2O.Errors;
using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Runs;
using L2O.Runs.Tables;

namespace L2O.Experiments.Comparing;

/// <summary>Checks whether a comparison's files agree, and whether running its last cell again gives what was recorded.</summary>
/// <param name="run">Its directory.</param>
/// <param name="config">Of the run.</param>
public sealed class ComparisonVerification(RunVerification run, ComparisonConfig config)
{
    private readonly IComparison _comparison = ComparisonRun.Of(config, TimeProvider.System);

    private IReadOnlyList<Table> Tables => ComparisonRun.TablesOf(_comparison);

    /// <summary>Checks every file.</summary>
    public IEnumerable<RunCheck> Files() =>
    [
        RunCheck.Of(() => $"{ProgressFile.PathIn(run.Path)}: {Progress().Cells.Count} cells are done"),
        .. Tables.Select(table => RunCheck.Of(
            () => table.RecordedIn(run.Path).Count(Progress().Rows(Tables)[table], run.IsComplete))),
        .. run.IsComplete ? _comparison.TablesOfAll.Select(table => RunCheck.Of(() => CompareClosing(table))) : [],
    ];

    /// <summary>
    /// Runs the last cell in the tables again, seed after seed until enough rows are compared, and the last of the runs that
    /// chose its setting.
    /// </summary>
    /// <param name="optimizers">From <see cref="Composition.ComparedOptimizers"/>.</param>
    /// <param name="optimizees">From <see cref="Composition.Optimizees"/>.</param>
    /// <param name="rows">How many rows of the runs' first table at most, where a run can end sooner; else at least.</param>
    /// <param name="cancel">Checked before every step.</param>
    public RunCheck Replay(
        IReadOnlyList<ComparedOptimizer> optimizers,
        IReadOnlyList<WeightedOptimizee> optimizees,
        int rows,
        CancellationToken cancel) =>
        RunCheck.Of(() =>
        {
            Progress().Check(run.Path, [.. optimizees.SelectMany(_ => optimizers, (b, a) => new CellName(a.Name, b.Name))]);
            if (LastCell() is not { } cell)
            {
                return $"{run.Path}: no cell is done, so there is nothing to run again";
            }

            var optimizer = optimizers.First(other => other.Name == cell.Optimizer);
            var optimizee = optimizees.First(other => other.Name == cell.Optimizee);
            var same = Replay(cell, optimizer, optimizee, rows, cancel);
            return $"{run.Path}: {cell} gives the same {string.Join(
                ", ", same.Select(entry => $"{entry.Count} rows of {entry.Table.FileName}"))} again";
        });

    private IReadOnlyList<(Table Table, int Count)> Replay(
        CellName cell, ComparedOptimizer optimizer, WeightedOptimizee optimizee, int rowCount, CancellationToken cancel)
    {
        var tuning = RunTables.Tuning.Recorded(run.Path);
        var chosen = SettingOf(optimizer, tuning.Rows.FirstOrDefault(row => CellOf(row) == cell && row.Chosen)?.Setting ?? "");
        var recorded = Tables.ToDictionary(table => table, table => table.RecordedIn(run.Path));
        var compared = Tables.ToDictionary(table => table, _ => 0);
        var first = _comparison.TablesOfRuns[0];
        List<CellRun> whole = [];
        for (var seed = 0; seed < config.Seeds && compared[first] < rowCount; seed++)
        {
            var comparison = _comparison.UpTo(rowCount - compared[first]);
            var again = comparison.Run(chosen, cell.Optimizer, optimizee, seed, StepCounter.None, cancel);
            whole.AddRange(comparison == _comparison ? [again] : []);
            foreach (var table in _comparison.TablesOfRuns)
            {
                compared[table] += recorded[table].CompareRun(cell, seed, again.Rows);
            }
        }

        // Numbers over the runs take all of them.
        var summary = whole.Count == config.Seeds ? _comparison.Summarize(cell, whole) : new();
        foreach (var table in _comparison.TablesOfCells)
        {
            compared[table] = recorded[table].CompareCell(cell, summary);
        }

        compared[RunTables.Tuning] = ReplayTuning(tuning, cell, optimizer, optimizee, cancel);
        return [.. compared.Where(entry => entry.Value > 0).Select(entry => (entry.Key, entry.Value))];
    }

    // The last setting of the grid under its last seed; there is none where there was no grid.
    private int ReplayTuning(
        RecordedTable<TuningRow> tuning,
        CellName cell,
        ComparedOptimizer optimizer,
        WeightedOptimizee optimizee,
        CancellationToken cancel)
    {
        var (index, recorded) = tuning.Rows.Index().LastOrDefault(row => CellOf(row.Item) == cell);
        if (recorded is null)
        {
            return 0;
        }

        var loss = _comparison.Evaluator.ValidationLoss(
            SettingOf(optimizer, recorded.Setting), optimizee, recorded.Seed, () => { }, cancel);
        tuning.Compare(index, recorded with { ValidationLoss = loss });
        return 1;
    }

    private static IOptimizer SettingOf(ComparedOptimizer optimizer, string label) =>
        optimizer.Settings.FirstOrDefault(setting => setting.Label == label)?.Optimizer
        ?? throw new CheckpointException($"{optimizer.Name}: its grid has no setting `{label}`; start a new run");

    private string CompareClosing(Table table)
    {
        var recorded = table.RecordedIn(run.Path);
        recorded.CompareAll(_comparison.Close(run.Path));
        return recorded.Count(recorded.RowCount, isComplete: true);
    }

    private static CellName CellOf(ICellRow row) => row.Cell;

    // In the tables' order, which is that of the config once the run is complete.
    private CellName? LastCell()
    {
        HashSet<CellName> done = [.. Progress().Cells.Select(cell => cell.Name)];
        return _comparison.TablesOfRuns[0].RecordedIn(run.Path).Cells.LastOrDefault(done.Contains);
    }

    private ComparisonProgress Progress() => ComparisonProgress.In(run.Path);
}
