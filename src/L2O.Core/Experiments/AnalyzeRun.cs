using L2O.Evaluation;
using L2O.MetaTraining;
using L2O.Tensors;
using Serilog;

namespace L2O.Experiments;

/// <summary>What an analysis found, to print.</summary>
/// <param name="Cells">In the order of the run.</param>
/// <param name="Flatness">The rows of flatness.csv.</param>
/// <param name="Correlations">The rows of correlations.csv.</param>
public sealed record Analysis(
    IReadOnlyList<AnalyzedCell> Cells,
    IReadOnlyList<FlatnessRow> Flatness,
    IReadOnlyList<CorrelationRow> Correlations);

/// <summary>
/// Trains optimizees by optimizers, as <see cref="EvaluateRun"/> does, and measures how flat the solutions are; written to
/// a run directory.
/// </summary>
/// <param name="config">Lengths, seeds, sizes of the estimates.</param>
/// <param name="competitors">From <see cref="Composition.Competitors"/>.</param>
/// <param name="optimizees">From <see cref="Composition.Optimizees"/>.</param>
/// <param name="directory">Where tables go, and where a run that goes on has left them.</param>
/// <param name="log">The run's log.</param>
/// <param name="clock">Measures seconds.</param>
public sealed class AnalyzeRun(
    AnalyzeConfig config,
    IReadOnlyList<Competitor> competitors,
    IReadOnlyList<WeightedOptimizee> optimizees,
    RunDirectory directory,
    ILogger log,
    TimeProvider clock)
{
    private readonly Evaluator _evaluator = new(
        new()
        {
            Steps = config.Steps,
            RecordEvery = config.Steps,
            Targets = [],
            DivergedAbove = config.DivergedAbove,
        },
        RandomStreams.FromSeed(config.Seed),
        clock);

    private readonly FlatnessMeter _meter = new(config.Flatness, clock);

    /// <summary>Optimizee steps in all, tuning included, and one for every solution measured.</summary>
    public long StepCount => optimizees.Count * competitors.Sum(StepsOf);

    /// <summary>Runs every cell that is not done yet; then correlates over all of them.</summary>
    /// <param name="progress">Told the steps done, and at what.</param>
    /// <param name="cancel">Looked at before every step, loss and product with the Hessian.</param>
    public Analysis Run(Action<long, string> progress, CancellationToken cancel)
    {
        using AnalyzeTables tables = new(directory);
        var all = optimizees.SelectMany(_ => competitors, (optimizee, competitor) => (optimizee, competitor)).ToArray();
        ProgressFile.Check(
            directory.Path,
            tables.Cells.Index().Select(cell => (cell.Index, cell.Item.Optimizer, cell.Item.Optimizee)),
            [.. all.Select(cell => (cell.competitor.Name, cell.optimizee.Name))]);
        var before = all.Take(tables.Cells.Count).Sum(cell => StepsOf(cell.competitor));
        foreach (var (optimizee, competitor) in all.Skip(tables.Cells.Count))
        {
            var done = before;
            var title = $"{competitor.Name} on {optimizee.Name}";
            tables.Finish(RunCell(
                competitor,
                new(optimizee.Name, optimizee.Optimizee),
                tables,
                () => progress(++done, title),
                metric => progress(done, $"{title}: {metric}"),
                cancel));
            before += StepsOf(competitor);
        }

        var rows = CsvFile<FlatnessRow>.Read(directory.FilePath(AnalyzeTables.FlatnessName));
        return new(tables.Cells, rows, Correlate(rows));
    }

    private long StepsOf(Competitor competitor) =>
        config.Seeds + (config.Steps * (config.Seeds + Tuning.RunCount(competitor, config.TuningSeeds)));

    private AnalyzedCell RunCell(
        Competitor competitor,
        NamedOptimizee optimizee,
        AnalyzeTables tables,
        Action onStep,
        Action<string> onMetric,
        CancellationToken cancel)
    {
        var (chosen, tuningRows) = new Tuning(_evaluator, config.TuningSeeds, new Workers(1), log)
            .Choose(competitor, optimizee, onStep, cancel);
        foreach (var row in tuningRows)
        {
            tables.Tuning.Append(row);
        }

        var diverged = Enumerable.Range(0, config.Seeds).Count(seed => _evaluator.AtEnd(
            chosen.Optimizer,
            optimizee,
            seed,
            solution =>
            {
                SolutionRows rows = new(competitor.Name, optimizee.Name, seed, tables);
                rows.Write(_meter, config.Slices, solution, onMetric, cancel);
                onStep();
                return solution.IsDiverged;
            },
            onStep,
            cancel));
        if (diverged > 0)
        {
            log.Warning(
                "{Optimizer} on {Optimizee} diverged under {Count} of {Seeds} seeds: its rows there are NaN",
                competitor.Name,
                optimizee.Name,
                diverged,
                config.Seeds);
        }

        return new(competitor.Name, optimizee.Name, chosen.Label, diverged);
    }

    private IReadOnlyList<CorrelationRow> Correlate(IReadOnlyList<FlatnessRow> rows)
    {
        CorrelationTable table = new(_meter, config.Flatness, config.Resamples, RandomStreams.FromSeed(config.Seed));
        var correlations = table.Of(rows);
        using var file = CsvFile<CorrelationRow>.Create(directory.FilePath("correlations.csv"));
        foreach (var row in correlations)
        {
            file.Append(row);
        }

        file.FlushToDisk();
        return correlations;
    }
}
