using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Randomness;
using L2O.Runs.Tables;

namespace L2O.Experiments.Comparing;

/// <summary>Compares by loss and accuracy along the way.</summary>
/// <param name="config">Lengths, seeds, targets.</param>
/// <param name="clock">Measures seconds.</param>
/// <param name="thetas">Where parameters are kept; null where none are.</param>
/// <param name="mostPoints">Measurements of a run that are kept; where these are not all, the run is not a whole one.</param>
internal sealed class EvaluateComparison(
    EvaluateConfig config, TimeProvider clock, ThetaFiles? thetas, int mostPoints = int.MaxValue) : IComparison
{
    /// <inheritdoc/>
    public IReadOnlyList<Table> TablesOfRuns { get; } = [RunTables.Curves, RunTables.Outcomes];

    /// <inheritdoc/>
    public IReadOnlyList<Table> TablesOfCells { get; } = [RunTables.Summary];

    /// <inheritdoc/>
    public IReadOnlyList<Table> TablesOfAll { get; } = [];

    /// <inheritdoc/>
    public Evaluator Evaluator { get; } = new(
        new()
        {
            Steps = config.Steps,
            RecordEvery = config.RecordEvery,
            Targets = config.Targets,
            DivergedAbove = config.DivergedAbove,
        },
        RandomStreams.FromSeed(config.Seed),
        clock);

    /// <inheritdoc/>
    public long StepsPerRun => config.Steps;

    /// <inheritdoc/>
    public CellRun Run(
        IOptimizer optimizer,
        string name,
        WeightedOptimizee optimizee,
        long seed,
        StepCounter.Cell progress,
        CancellationToken cancel)
    {
        var curve = Evaluator.Run(
            optimizer,
            optimizee,
            seed,
            solution => thetas?.Write(name, optimizee.Name, seed, solution),
            progress.CountOne,
            cancel);
        RowBatch rows = new();
        rows.Add(RunTables.Curves, curve.Points.Take(mostPoints).Select(point => new CurveRow(
            name,
            optimizee.Name,
            seed,
            point.Step,
            point.BatchLoss,
            point.Train.Loss,
            point.Train.Accuracy,
            point.Validation.Loss,
            point.Validation.Accuracy,
            point.Test.Loss,
            point.Test.Accuracy,
            point.Seconds)));
        if (mostPoints == int.MaxValue)
        {
            rows.Add(RunTables.Outcomes, Outcome.Of(curve, config.Targets).Select(outcome => new OutcomeRow(
                name, optimizee.Name, seed, outcome.Metric, outcome.Value, curve.IsDiverged)));
        }

        return new(rows, curve.IsDiverged, curve);
    }

    /// <inheritdoc/>
    public RowBatch Summarize(CellName cell, IReadOnlyList<CellRun> runs)
    {
        RowBatch rows = new();
        rows.Add(
            RunTables.Summary,
            Summary.Of([.. runs.Select(run => run.Curve).OfType<Curve>()], config.Targets).Select(entry => new SummaryRow(
                cell.Optimizer,
                cell.Optimizee,
                entry.Metric,
                entry.Values.Mean,
                entry.Values.StandardDeviation,
                entry.Values.Low,
                entry.Values.High,
                entry.Values.Count,
                entry.Diverged)));
        return rows;
    }

    /// <inheritdoc/>
    public RowBatch Close(string runDirectory) => new();

    /// <inheritdoc/>
    public IComparison UpTo(int rowCount)
    {
        // One step more than the last row needs: the loss at an end comes from another call than those on the way.
        var steps = (int)Math.Min(config.Steps, ((long)config.RecordEvery * (rowCount - 1)) + 1);
        return steps == config.Steps ? this : new EvaluateComparison(config with { Steps = steps }, clock, thetas: null, rowCount);
    }
}
