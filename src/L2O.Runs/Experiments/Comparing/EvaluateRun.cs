using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Randomness;
using L2O.Runs;
using L2O.Runs.Tables;
using L2O.Runtime;
using Serilog;

namespace L2O.Experiments.Comparing;

/// <summary>What an evaluation found about one optimizer on one optimizee, to print.</summary>
/// <param name="Optimizer">Name of the optimizer.</param>
/// <param name="Optimizee">Name of the optimizee.</param>
/// <param name="Setting">What tuning chose; empty where there was nothing to choose.</param>
/// <param name="Rows">The numbers over seeds.</param>
public sealed record EvaluatedCell(string Optimizer, string Optimizee, string Setting, IReadOnlyList<SummaryRow> Rows);

/// <summary>One comparison, written to a run directory: optimizers x optimizees x seeds.</summary>
/// <param name="config">Lengths, seeds, targets.</param>
/// <param name="compared">From <see cref="Composition.ComparedOptimizers"/>.</param>
/// <param name="optimizees">From <see cref="Composition.Optimizees"/>.</param>
/// <param name="directory">Where tables go, and where a run that goes on has left them.</param>
/// <param name="workers">Work on the cells, and on the runs of a cell. How many there are changes nothing but the seconds.</param>
/// <param name="log">The run's log.</param>
/// <param name="clock">Measures seconds.</param>
public sealed class EvaluateRun(
    EvaluateConfig config,
    IReadOnlyList<ComparedOptimizer> compared,
    IReadOnlyList<WeightedOptimizee> optimizees,
    RunDirectory directory,
    Workers workers,
    ILogger log,
    TimeProvider clock)
{
    private readonly Evaluator _evaluator = new(OptionsOf(config), RandomStreams.FromSeed(config.Seed), clock);

    /// <summary>Optimizee steps in all, tuning included.</summary>
    public long StepCount => optimizees.Count * compared.Sum(StepsOf);

    /// <summary>Runs every cell that is not done yet; one that diverges ends early, and the rest goes on.</summary>
    /// <param name="progress">Receives the steps done, and at what; never by two threads at once.</param>
    /// <param name="cancel">Checked before every step.</param>
    public IReadOnlyList<EvaluatedCell> Run(Action<long, string> progress, CancellationToken cancel)
    {
        using var tables = EvaluateTables.Open(directory);
        var all = optimizees.SelectMany(_ => compared, (optimizee, compared) => (optimizee, compared)).Index().ToArray();
        tables.Check([.. all.Select(cell => (cell.Item.compared.Name, cell.Item.optimizee.Name))]);
        var left = all.Where(cell => !tables.Have(cell.Index)).ToArray();
        StepCounter counter = new(progress, StepCount - left.Sum(cell => StepsOf(cell.Item.compared)));
        workers.Map(
            left,
            (cell, stop) =>
            {
                var ((optimizee, compared), index) = (cell.Item, cell.Index);
                var steps = counter.For($"{compared.Name} on {optimizee.Name}", StepsOf(compared));
                tables.Add(RunCell(index, compared, new(optimizee.Name, optimizee.Optimizee), steps.CountOne, stop));
                steps.CountRest();
                return index;
            },
            cancel);
        return tables.Cells;
    }

    private long StepsOf(ComparedOptimizer compared) =>
        config.Steps * (config.Seeds + Tuning.RunCount(compared, config.TuningSeeds));

    private FinishedCell RunCell(
        int index, ComparedOptimizer compared, NamedOptimizee optimizee, Action onStep, CancellationToken cancel)
    {
        var tuned = new Tuning(_evaluator, config.TuningSeeds, workers, log)
            .Choose(compared, optimizee, onStep, cancel);
        int[] seeds = [.. Enumerable.Range(0, config.Seeds)];
        var curves = workers.Map(
            seeds, (seed, stop) => _evaluator.Run(tuned.Chosen.Optimizer, optimizee, seed, onStep, stop), cancel);
        foreach (var (seed, curve) in curves.Index().Where(run => run.Item.IsDiverged))
        {
            log.Warning(
                "{Optimizer} on {Optimizee} diverged at step {Step} under seed {Seed}",
                compared.Name,
                optimizee.Name,
                curve.Last.Step,
                seed);
        }

        SummaryRow[] rows = [.. Summary.Of(curves, config.Targets).Select(entry => RowOf(compared.Name, optimizee.Name, entry))];
        return new(
            index,
            new(compared.Name, optimizee.Name, tuned.Chosen.Label, rows),
            tuned.Rows,
            [
                .. curves.Index().SelectMany(run => run.Item.Points.Select(
                    point => RowOf(compared.Name, optimizee.Name, run.Index, point))),
            ]);
    }

    internal static EvaluationOptions OptionsOf(EvaluateConfig config) => new()
    {
        Steps = config.Steps,
        RecordEvery = config.RecordEvery,
        Targets = config.Targets,
        DivergedAbove = config.DivergedAbove,
    };

    internal static CurveRow RowOf(string optimizer, string optimizee, long seed, CurvePoint point) => new(
        optimizer,
        optimizee,
        seed,
        point.Step,
        point.BatchLoss,
        point.Train.Loss,
        point.Train.Accuracy,
        point.Test.Loss,
        point.Test.Accuracy,
        point.Seconds);

    private static SummaryRow RowOf(string optimizer, string optimizee, SummaryEntry entry) => new(
        optimizer,
        optimizee,
        entry.Metric,
        entry.Values.Mean,
        entry.Values.StandardDeviation,
        entry.Values.Low,
        entry.Values.High,
        entry.Values.Count,
        entry.Diverged);
}
