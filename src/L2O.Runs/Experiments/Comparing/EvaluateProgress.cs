using L2O.Runs;
using L2O.Runs.Tables;

namespace L2O.Experiments.Comparing;

/// <summary>A cell and the rows that it adds to the tables.</summary>
/// <param name="Index">Its place in the run's order.</param>
/// <param name="Cell">What to print, with the rows of summary.csv.</param>
/// <param name="Tuning">Rows of tuning.csv.</param>
/// <param name="Curves">Rows of curves.csv.</param>
internal sealed record FinishedCell(
    int Index, EvaluatedCell Cell, IReadOnlyList<TuningRow> Tuning, IReadOnlyList<CurveRow> Curves);

/// <summary>
/// How far a comparison has come: the cells in the tables, how many rows each table had then, and cells that were done
/// before their turn. A cell is pure, so a run that was interrupted in the middle of one does it again and writes the
/// same rows.
/// </summary>
/// <param name="Cells">In the order of the run.</param>
/// <param name="CurveRows">Rows of curves.csv.</param>
/// <param name="TuningRows">Rows of tuning.csv.</param>
/// <param name="SummaryRows">Rows of summary.csv.</param>
/// <param name="Ahead">Done, and in no table yet.</param>
internal sealed record EvaluateProgress(
    IReadOnlyList<EvaluatedCell> Cells,
    long CurveRows,
    long TuningRows,
    long SummaryRows,
    IReadOnlyList<FinishedCell> Ahead)
{
    /// <inheritdoc cref="ProgressFile.Read"/>
    internal static EvaluateProgress? Read(string runDirectory) => ProgressFile.Read<EvaluateProgress>(runDirectory);

    internal void Write(RunDirectory directory) => ProgressFile.Write(directory, this);
}
