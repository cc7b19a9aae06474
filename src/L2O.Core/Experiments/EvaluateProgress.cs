namespace L2O.Experiments;

/// <summary>
/// How far a comparison has come: the cells done, and how many rows each table had then. A cell is pure, so a run that was
/// interrupted in the middle of one does it again and writes the same rows.
/// </summary>
/// <param name="Cells">In the order of the run.</param>
/// <param name="CurveRows">Rows of curves.csv.</param>
/// <param name="TuningRows">Rows of tuning.csv.</param>
/// <param name="SummaryRows">Rows of summary.csv.</param>
internal sealed record EvaluateProgress(
    IReadOnlyList<EvaluatedCell> Cells, long CurveRows, long TuningRows, long SummaryRows)
{
    /// <inheritdoc cref="ProgressFile.Read"/>
    internal static EvaluateProgress? Read(RunDirectory directory) => ProgressFile.Read<EvaluateProgress>(directory);

    internal void Write(RunDirectory directory) => ProgressFile.Write(directory, this);
}

/// <summary>The tables that a comparison writes.</summary>
internal sealed class EvaluateTables : IDisposable
{
    private EvaluateTables(TableFile<CurveRow> curves, TableFile<TuningRow> tuning, TableFile<SummaryRow> summary)
    {
        Curves = curves;
        Tuning = tuning;
        Summary = summary;
    }

    internal TableFile<CurveRow> Curves { get; }

    internal TableFile<TuningRow> Tuning { get; }

    internal TableFile<SummaryRow> Summary { get; }

    /// <summary>New tables, or those of a run that goes on, cut back to the last cell done.</summary>
    internal static EvaluateTables Open(RunDirectory directory, EvaluateProgress? progress) => new(
        TableFile<CurveRow>.Open(directory.FilePath("curves.csv"), progress?.CurveRows),
        TableFile<TuningRow>.Open(directory.FilePath("tuning.csv"), progress?.TuningRows),
        TableFile<SummaryRow>.Open(directory.FilePath("summary.csv"), progress?.SummaryRows));

    /// <summary>Waits until all rows are on disk.</summary>
    internal EvaluateProgress Progress(IReadOnlyList<EvaluatedCell> cells) =>
        new(cells, Curves.Flush(), Tuning.Flush(), Summary.Flush());

    public void Dispose()
    {
        Curves.Dispose();
        Tuning.Dispose();
        Summary.Dispose();
    }
}
