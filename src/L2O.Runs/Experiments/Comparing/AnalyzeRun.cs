using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Randomness;
using L2O.Registration;
using L2O.Runs;
using L2O.Runs.Tables;
using L2O.Runtime;
using Serilog;

namespace L2O.Experiments.Comparing;

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
/// <param name="compared">From <see cref="Composition.ComparedOptimizers"/>.</param>
/// <param name="optimizees">From <see cref="Composition.Optimizees"/>.</param>
/// <param name="directory">Where tables go, and where a run that goes on has left them.</param>
/// <param name="log">The run's log.</param>
/// <param name="clock">Measures seconds.</param>
public sealed class AnalyzeRun(
    AnalyzeConfig config,
    IReadOnlyList<ComparedOptimizer> compared,
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

    private readonly FlatnessMeter _meter = new(
        config.Flatness,
        [.. config.NamedMetrics.Select(metric => new NamedMetric(metric.Name, Registry.MakeMetric(metric.Options)))],
        clock);

    /// <summary>Optimizee steps in all, tuning included, and one for every solution measured.</summary>
    public long StepCount => optimizees.Count * compared.Sum(StepsOf);

    /// <summary>Runs every cell that is not done yet; then correlates over all of them.</summary>
    /// <param name="progress">Receives the steps done, and at what.</param>
    /// <param name="cancel">Checked before every step, loss and product with the Hessian.</param>
    public Analysis Run(Action<long, string> progress, CancellationToken cancel)
    {
        using AnalyzeTables tables = new(directory);
        var all = optimizees.SelectMany(_ => compared, (optimizee, compared) => (optimizee, compared)).ToArray();
        ProgressFile.Check(
            directory.Path,
            tables.Cells.Index().Select(cell => (cell.Index, cell.Item.Optimizer, cell.Item.Optimizee)),
            [.. all.Select(cell => (cell.compared.Name, cell.optimizee.Name))]);
        var before = all.Take(tables.Cells.Count).Sum(cell => StepsOf(cell.compared));
        foreach (var (optimizee, compared) in all.Skip(tables.Cells.Count))
        {
            var done = before;
            var title = $"{compared.Name} on {optimizee.Name}";
            tables.Finish(RunCell(
                compared,
                new(optimizee.Name, optimizee.Optimizee),
                tables,
                () => progress(++done, title),
                metric => progress(done, $"{title}: {metric}"),
                cancel));
            before += StepsOf(compared);
        }

        var rows = CsvFile<FlatnessRow>.Read(directory.FilePath(AnalyzeTables.FlatnessName));
        return new(tables.Cells, rows, Correlate(rows));
    }

    private long StepsOf(ComparedOptimizer compared) =>
        config.Seeds + (config.Steps * (config.Seeds + Tuning.RunCount(compared, config.TuningSeeds)));

    private AnalyzedCell RunCell(
        ComparedOptimizer compared,
        NamedOptimizee optimizee,
        AnalyzeTables tables,
        Action onStep,
        Action<string> onMetric,
        CancellationToken cancel)
    {
        var (chosen, tuningRows) = new Tuning(_evaluator, config.TuningSeeds, new Workers(1), log)
            .Choose(compared, optimizee, onStep, cancel);
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
                SolutionRows rows = new(compared.Name, optimizee.Name, seed, tables);
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
                compared.Name,
                optimizee.Name,
                diverged,
                config.Seeds);
        }

        return new(compared.Name, optimizee.Name, chosen.Label, diverged);
    }

    private IReadOnlyList<CorrelationRow> Correlate(IReadOnlyList<FlatnessRow> rows)
    {
        CorrelationTable table = new(config.NamedMetrics, config.Resamples, RandomStreams.FromSeed(config.Seed));
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
