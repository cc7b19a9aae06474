using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Randomness;
using L2O.Registration;
using L2O.Runs.Tables;

namespace L2O.Experiments.Comparing;

/// <summary>Compares by the flatness of the solutions that are reached.</summary>
/// <param name="config">Lengths, seeds, sizes of the estimates.</param>
/// <param name="clock">Measures seconds.</param>
/// <param name="thetas">Where parameters are kept; null where none are.</param>
internal sealed class AnalyzeComparison(AnalyzeConfig config, TimeProvider clock, ThetaFiles? thetas) : IComparison
{
    private readonly FlatnessMeter _meter = new(
        config.Flatness,
        [.. config.NamedMetrics.Select(metric => new NamedMetric(metric.Name, Registry.MakeMetric(metric.Options)))],
        clock);

    /// <inheritdoc/>
    public IReadOnlyList<Table> TablesOfRuns { get; } =
        [RunTables.Flatness, RunTables.Esd, RunTables.Slices, RunTables.Planes];

    /// <inheritdoc/>
    public IReadOnlyList<Table> TablesOfCells { get; } = [];

    /// <inheritdoc/>
    public IReadOnlyList<Table> TablesOfAll { get; } = [RunTables.Correlations];

    /// <inheritdoc/>
    public Evaluator Evaluator { get; } = new(
        new()
        {
            Steps = config.Steps,
            RecordEvery = config.Steps,
            Targets = [],
            DivergedAbove = config.DivergedAbove,
        },
        RandomStreams.FromSeed(config.Seed),
        clock);

    /// <summary>The steps, and one for measuring the solution.</summary>
    public long StepsPerRun => config.Steps + 1;

    /// <inheritdoc/>
    public CellRun Run(
        IOptimizer optimizer,
        string name,
        WeightedOptimizee optimizee,
        long seed,
        StepCounter.Cell progress,
        CancellationToken cancel) => Evaluator.WithSolution(
            optimizer,
            optimizee,
            seed,
            solution =>
            {
                SolutionRows rows = new(name, optimizee.Name, seed);
                thetas?.Write(name, optimizee.Name, seed, solution);
                rows.Add(_meter, config.Slices, solution, progress.Show, cancel);
                progress.CountOne();
                return new CellRun(rows.All, solution.IsDiverged) { IsUntrained = rows.IsUntrained };
            },
            progress.CountOne,
            cancel);

    /// <inheritdoc/>
    public RowBatch Summarize(CellName cell, IReadOnlyList<CellRun> runs) => new();

    /// <inheritdoc/>
    public RowBatch Close(string runDirectory)
    {
        CorrelationTable table = new(config.NamedMetrics, config.Resamples, RandomStreams.FromSeed(config.Seed));
        RowBatch rows = new();
        rows.Add(RunTables.Correlations, table.Of(RunTables.Flatness.RowsIn(runDirectory)));
        return rows;
    }

    /// <summary>A solution has its numbers at its end alone.</summary>
    public IComparison UpTo(int rowCount) => this;
}
