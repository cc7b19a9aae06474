using L2O.Errors;
using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Runs;
using L2O.Runs.Tables;
using L2O.Runtime;
using Serilog;

namespace L2O.Experiments.Comparing;

/// <summary>One comparison, written to a run directory: optimizers x optimizees x seeds.</summary>
/// <param name="config">Says what is measured, for how long and how often.</param>
/// <param name="optimizers">From <see cref="Composition.ComparedOptimizers"/>.</param>
/// <param name="optimizees">From <see cref="Composition.Optimizees"/>.</param>
/// <param name="directory">Where tables go, and where a run that goes on has left them.</param>
/// <param name="workers">Work on the cells, and on the runs of a cell. How many there are changes nothing but the seconds.</param>
/// <param name="log">The run's log.</param>
/// <param name="clock">Measures seconds.</param>
public sealed class ComparisonRun(
    ComparisonConfig config,
    IReadOnlyList<ComparedOptimizer> optimizers,
    IReadOnlyList<WeightedOptimizee> optimizees,
    RunDirectory directory,
    Workers workers,
    ILogger log,
    TimeProvider clock)
{
    private readonly IComparison _comparison = Of(
        config, clock, config.SaveTheta == SavedTheta.None ? null : new(directory.Path, config.SaveTheta));

    /// <summary>Optimizee steps in all, tuning included.</summary>
    public long StepCount => optimizees.Count * optimizers.Sum(StepsOf);

    /// <summary>Runs every cell that is not done yet; one that diverges ends early, and the rest goes on.</summary>
    /// <param name="progress">Receives the steps done, and at what; never by two threads at once.</param>
    /// <param name="cancel">Checked before every step.</param>
    /// <exception cref="ConfigException">Cells that are done are not those of the config.</exception>
    public void Run(Action<long, string> progress, CancellationToken cancel)
    {
        Cell[] cells = [.. optimizees.SelectMany(_ => optimizers, (optimizee, optimizer) => new Cell(optimizer, optimizee))];
        ComparisonProgress.In(directory.Path).Check(directory.Path, [.. cells.Select(cell => cell.Name)]);
        using (ComparisonTables tables = new(directory, TablesOf(_comparison)))
        {
            var done = tables.Done;
            Cell[] left = [.. cells.Where(cell => !done.Contains(cell.Name))];
            StepCounter counter = new(progress, StepCount - left.Sum(cell => StepsOf(cell.Optimizer)));
            workers.Map(
                left,
                (cell, stop) =>
                {
                    var steps = counter.For($"{cell.Name}", StepsOf(cell.Optimizer));
                    tables.Add(cell.Name, RowsOf(cell, steps, stop));
                    steps.CountRest();
                    return cell;
                },
                cancel);
        }

        Finish([.. cells.Select(cell => cell.Name)]);
    }

    /// <summary>What a config asks to be measured.</summary>
    /// <param name="config">Says it.</param>
    /// <param name="clock">Measures seconds.</param>
    /// <param name="thetas">Where parameters are kept; null where none are.</param>
    internal static IComparison Of(ComparisonConfig config, TimeProvider clock, ThetaFiles? thetas = null) => config switch
    {
        EvaluateConfig evaluate => new EvaluateComparison(evaluate, clock, thetas),
        AnalyzeConfig analyze => new AnalyzeComparison(analyze, clock, thetas),
        _ => throw new ArgumentException($"{config.GetType().Name} is no comparison", nameof(config)),
    };

    /// <summary>The tables that get rows cell by cell.</summary>
    internal static IReadOnlyList<Table> TablesOf(IComparison comparison) =>
        [.. comparison.TablesOfRuns, RunTables.Tuning, .. comparison.TablesOfCells];

    private long StepsOf(ComparedOptimizer optimizer) =>
        (config.Seeds * _comparison.StepsPerRun) + (Tuning.RunCount(optimizer, config.TuningSeeds) * config.Steps);

    private RowBatch RowsOf(Cell cell, StepCounter.Cell progress, CancellationToken cancel)
    {
        var (chosen, rows) = new Tuning(_comparison.Evaluator, config.TuningSeeds, workers, log)
            .Choose(cell.Optimizer, cell.Optimizee, progress.CountOne, cancel);
        int[] seeds = [.. Enumerable.Range(0, config.Seeds)];
        var runs = workers.Map(
            seeds,
            (seed, stop) => _comparison.Run(chosen.Optimizer, cell.Optimizer.Name, cell.Optimizee, seed, progress, stop),
            cancel);
        RowBatch all = new();
        all.Add(RunTables.Tuning, rows);
        foreach (var (seed, run) in runs.Index())
        {
            all.Add(run.Rows);
            WarnIfDiverged(cell.Name, seed, run);
        }

        WarnOfUntrained(cell.Name, runs);

        all.Add(_comparison.Summarize(cell.Name, runs));
        return all;
    }

    private void WarnIfDiverged(CellName cell, int seed, CellRun run)
    {
        if (run.IsDiverged)
        {
            log.Warning(
                "{Optimizer} on {Optimizee} diverged{Place} under seed {Seed}",
                cell.Optimizer,
                cell.Optimizee,
                run.Curve is { } curve ? $" at step {curve.Last.Step}" : "",
                seed);
        }
    }

    private void WarnOfUntrained(CellName cell, CellRun[] runs)
    {
        string[] seeds = [.. runs.Index().Where(run => run.Item.IsUntrained).Select(run => $"{run.Index}")];
        if (seeds.Length > 0)
        {
            log.Warning(
                "{Optimizer} on {Optimizee} never trained under seed {Seeds}: train_loss is not 5% below untrained_loss; "
                + "correlations leave it out",
                cell.Optimizer,
                cell.Optimizee,
                string.Join(", ", seeds));
        }
    }

    // Whatever the order in which cells were done, a finished run has the same bytes. Done again, it changes nothing.
    private void Finish(IReadOnlyList<CellName> cells)
    {
        var places = cells.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        foreach (var table in TablesOf(_comparison))
        {
            table.Sort(directory.Path, places);
        }

        using var closing = OpenTables.In(directory.Path, _comparison.TablesOfAll, reached: null);
        closing.Append(_comparison.Close(directory.Path));
        closing.Flush();
    }

    private sealed record Cell(ComparedOptimizer Optimizer, WeightedOptimizee Optimizee)
    {
        internal CellName Name { get; } = new(Optimizer.Name, Optimizee.Name);
    }
}
