using L2O.Evaluation;
using L2O.MetaTraining;
using L2O.Tensors;
using Serilog;

namespace L2O.Experiments;

/// <summary>What an evaluation found about one optimizer on one optimizee, to print.</summary>
/// <param name="Optimizer">Name of the optimizer.</param>
/// <param name="Optimizee">Name of the optimizee.</param>
/// <param name="Setting">What tuning chose; empty where there was nothing to choose.</param>
/// <param name="Rows">The numbers over seeds.</param>
public sealed record EvaluatedCell(string Optimizer, string Optimizee, string Setting, IReadOnlyList<SummaryRow> Rows);

/// <summary>One comparison, written to a run directory: optimizers x optimizees x seeds.</summary>
/// <param name="config">Lengths, seeds, targets.</param>
/// <param name="competitors">From <see cref="Composition.Competitors"/>.</param>
/// <param name="optimizees">From <see cref="Composition.Optimizees"/>.</param>
/// <param name="directory">Where tables go, and where a run that goes on has left them.</param>
/// <param name="log">The run's log.</param>
/// <param name="clock">Measures seconds.</param>
public sealed class EvaluateRun(
    EvaluateConfig config,
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
            RecordEvery = config.RecordEvery,
            Targets = config.Targets,
            DivergedAbove = config.DivergedAbove,
        },
        RandomStreams.FromSeed(config.Seed),
        clock);

    /// <summary>Optimizee steps in all, tuning included.</summary>
    public long StepCount => optimizees.Count * competitors.Sum(StepsOf);

    /// <summary>Runs every cell that is not done yet; one that diverges ends early, and the rest goes on.</summary>
    /// <param name="progress">Told the steps done, and at what.</param>
    /// <param name="cancel">Looked at before every step.</param>
    public IReadOnlyList<EvaluatedCell> Run(Action<long, string> progress, CancellationToken cancel)
    {
        var reached = EvaluateProgress.Read(directory);
        using var tables = EvaluateTables.Open(directory, reached);
        List<EvaluatedCell> cells = [.. reached?.Cells ?? []];
        var all = optimizees.SelectMany(_ => competitors, (optimizee, competitor) => (optimizee, competitor)).ToArray();
        var before = all.Take(cells.Count).Sum(cell => StepsOf(cell.competitor));
        foreach (var (optimizee, competitor) in all.Skip(cells.Count))
        {
            var done = before;
            var title = $"{competitor.Name} on {optimizee.Name}";
            cells.Add(RunCell(
                competitor, new(optimizee.Name, optimizee.Optimizee), tables, () => progress(++done, title), cancel));
            tables.Progress(cells).Write(directory);
            before += StepsOf(competitor);
        }

        return cells;
    }

    private long StepsOf(Competitor competitor) =>
        config.Steps * (config.Seeds + Tuning.RunCount(competitor, config.TuningSeeds));

    private EvaluatedCell RunCell(
        Competitor competitor, NamedOptimizee optimizee, EvaluateTables tables, Action onStep, CancellationToken cancel)
    {
        var (chosen, tuningRows) = new Tuning(_evaluator, config.TuningSeeds, log)
            .Choose(competitor, optimizee, onStep, cancel);
        foreach (var row in tuningRows)
        {
            tables.Tuning.Append(row);
        }

        Curve[] curves =
        [
            .. Enumerable.Range(0, config.Seeds).Select(seed =>
            {
                var curve = _evaluator.Run(
                    chosen.Optimizer,
                    optimizee,
                    seed,
                    point => tables.Curves.Append(RowOf(competitor.Name, optimizee.Name, seed, point)),
                    onStep,
                    cancel);
                if (curve.IsDiverged)
                {
                    log.Warning(
                        "{Optimizer} on {Optimizee} diverged at step {Step} under seed {Seed}",
                        competitor.Name,
                        optimizee.Name,
                        curve.Last.Step,
                        seed);
                }

                return curve;
            }),
        ];
        SummaryRow[] rows = [.. Summary.Of(curves, config.Targets).Select(entry => RowOf(competitor.Name, optimizee.Name, entry))];
        foreach (var row in rows)
        {
            tables.Summary.Append(row);
        }

        return new(competitor.Name, optimizee.Name, chosen.Label, rows);
    }

    private static CurveRow RowOf(string optimizer, string optimizee, long seed, CurvePoint point) => new(
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
