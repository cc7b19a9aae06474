using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Runs.Tables;

namespace L2O.Experiments.Comparing;

/// <summary>What one run of a cell came to.</summary>
/// <param name="Rows">For <see cref="IComparison.TablesOfRuns"/>.</param>
/// <param name="IsDiverged">Whether it ended before its last step, or there.</param>
/// <param name="Curve">How it went; null where only its end was looked at.</param>
internal sealed record CellRun(RowBatch Rows, bool IsDiverged, Curve? Curve = null)
{
    /// <summary>Whether what it reached is no better than no training.</summary>
    internal bool IsUntrained { get; init; }
}

/// <summary>
/// What sets one kind of comparison apart: what is measured of each run, and what is made of the measurements. Cells,
/// tuning, progress, resuming and verification are the same for all (<see cref="ComparisonRun"/>).
/// </summary>
internal interface IComparison
{
    /// <summary>Tables that get rows from every run; the first says how far a repetition goes.</summary>
    IReadOnlyList<Table> TablesOfRuns { get; }

    /// <summary>Tables that get rows over the runs of each cell.</summary>
    IReadOnlyList<Table> TablesOfCells { get; }

    /// <summary>Tables that are made of the others when all cells are done.</summary>
    IReadOnlyList<Table> TablesOfAll { get; }

    /// <summary>Makes the runs that choose settings.</summary>
    Evaluator Evaluator { get; }

    /// <summary>Steps that progress counts for each run.</summary>
    long StepsPerRun { get; }

    /// <summary>One run, measured; pure, so that an interrupted one is done again.</summary>
    /// <param name="optimizer">At the setting that was chosen.</param>
    /// <param name="name">Of the optimizer.</param>
    /// <param name="optimizee">What is trained.</param>
    /// <param name="seed">Which start and minibatches.</param>
    /// <param name="progress">Counts steps, and shows what is being measured.</param>
    /// <param name="cancel">Checked before every step and every evaluation.</param>
    CellRun Run(
        IOptimizer optimizer,
        string name,
        WeightedOptimizee optimizee,
        long seed,
        StepCounter.Cell progress,
        CancellationToken cancel);

    /// <summary>Rows for <see cref="TablesOfCells"/>.</summary>
    RowBatch Summarize(CellName cell, IReadOnlyList<CellRun> runs);

    /// <summary>Rows for <see cref="TablesOfAll"/>.</summary>
    /// <param name="runDirectory">Has the other tables, complete.</param>
    RowBatch Close(string runDirectory);

    /// <summary>
    /// The same comparison with runs that end once they have so many rows of the first table, and have none of tables that take
    /// a whole run; itself where a run has no more, or has its rows at its end alone.
    /// </summary>
    IComparison UpTo(int rowCount);
}
