using L2O.Runs;
using L2O.Runs.Tables;

namespace L2O.Experiments.Training;

/// <summary>How many rows a meta-training's tables have.</summary>
internal sealed record TrainProgress(long MetaRows, long ValidationRows)
{
    internal bool Reaches(TrainProgress other) => MetaRows >= other.MetaRows && ValidationRows >= other.ValidationRows;
}

/// <summary>The tables that meta-training writes.</summary>
internal sealed class TrainTables : IDisposable
{
    private TrainTables(TableFile<MetaRow> meta, TableFile<ValidationRow> validation)
    {
        Meta = meta;
        Validation = validation;
    }

    internal TableFile<MetaRow> Meta { get; }

    internal TableFile<ValidationRow> Validation { get; }

    /// <summary>How many rows there are.</summary>
    internal TrainProgress Progress => new(Meta.RowCount, Validation.RowCount);

    /// <summary>Waits until all rows are on disk.</summary>
    internal TrainProgress Flush() => new(Meta.Flush(), Validation.Flush());

    /// <summary>New tables, or those of a run that goes on, cut back to its checkpoint.</summary>
    internal static TrainTables Open(RunDirectory directory, TrainProgress? progress) => new(
        TableFile<MetaRow>.Open(directory.FilePath("meta.csv"), progress?.MetaRows),
        TableFile<ValidationRow>.Open(directory.FilePath("validation.csv"), progress?.ValidationRows));

    /// <inheritdoc/>
    public void Dispose()
    {
        Meta.Dispose();
        Validation.Dispose();
    }
}
