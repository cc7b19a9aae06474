using L2O.Errors;
using L2O.Storage;

namespace L2O.Runs.Tables;

/// <summary>
/// A table that runs leave, declared once: what it is called, what a row holds, which of its numbers are times. Writing,
/// resuming, reading back and verifying follow from that.
/// </summary>
public abstract class Table
{
    private protected Table(string name) => Name = name;

    /// <summary>Without the file's ending.</summary>
    public string Name { get; }

    /// <summary>In a run directory.</summary>
    public string FileName => $"{Name}.csv";

    /// <summary>The record of one row; its properties are the columns.</summary>
    public abstract Type RowType { get; }

    /// <summary>Names of the columns, in their order.</summary>
    public abstract IReadOnlyList<string> Columns { get; }

    /// <summary>The table's file in a run directory.</summary>
    public string PathIn(string runDirectory) => Path.Combine(runDirectory, FileName);

    /// <summary>The rows as text, a cell a column; a last row that a killed process left half written does not count.</summary>
    /// <param name="runDirectory">Of the run.</param>
    /// <param name="withTimes">False puts 0 in place of times, which no repetition has again.</param>
    /// <exception cref="CheckpointException">The file is missing, or a row or column is not as expected.</exception>
    public abstract IReadOnlyList<IReadOnlyList<string>> TextIn(string runDirectory, bool withTimes);

    /// <summary>A new table, or the one of a run that goes on, cut back to as many rows.</summary>
    internal abstract ITableWriter Open(string runDirectory, long? rowCount);

    /// <summary>The rows as a run left them, to hold against what a repetition writes.</summary>
    internal abstract RecordedTable RecordedIn(string runDirectory);

    /// <summary>Puts the rows of a comparison's cells in the order of the cells; rows of one cell keep theirs.</summary>
    /// <param name="runDirectory">Of the run, which no process writes to.</param>
    /// <param name="places">Each cell's place in the order.</param>
    internal abstract void Sort(string runDirectory, IReadOnlyDictionary<CellName, int> places);
}

/// <summary>The same with the type of its rows.</summary>
/// <param name="name">Without the file's ending.</param>
/// <param name="withoutTimes">A row as it is in every repetition of the run; null where no column is a time.</param>
public sealed class Table<TRow>(string name, Func<TRow, TRow>? withoutTimes = null) : Table(name)
    where TRow : class
{
    /// <inheritdoc/>
    public override Type RowType => typeof(TRow);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Columns => CsvRows<TRow>.Columns;

    /// <summary>The rows in a run directory; a last one that a killed process left half written does not count.</summary>
    /// <exception cref="CheckpointException">The file is missing, or a row or column is not as expected.</exception>
    public IReadOnlyList<TRow> RowsIn(string runDirectory) => CsvRows<TRow>.Read(PathIn(runDirectory));

    /// <summary>The last row in a run directory, found without reading the others; null where there is none.</summary>
    /// <exception cref="CheckpointException">The file is missing, or the row or a column is not as expected.</exception>
    public TRow? LastRowIn(string runDirectory) =>
        CsvRows<TRow>.Parse(PathIn(runDirectory), LastRow.WithHeader(PathIn(runDirectory))) is [.., var row] ? row : null;

    /// <summary>A row as it is in every repetition of the run.</summary>
    public TRow WithoutTimes(TRow row) => withoutTimes?.Invoke(row) ?? row;

    /// <inheritdoc/>
    public override IReadOnlyList<IReadOnlyList<string>> TextIn(string runDirectory, bool withTimes)
    {
        using CsvRows<TRow> text = new();
        return [.. RowsIn(runDirectory).Select(row => text.Cells(withTimes ? row : WithoutTimes(row)))];
    }

    /// <summary>Writes the table anew, in place of one that is there.</summary>
    /// <exception cref="StorageException">It cannot be written; the one that is there stays as it was.</exception>
    internal void Write(string directory, IEnumerable<TRow> rows)
    {
        using CsvRows<TRow> text = new();
        DurableFile.WriteText(PathIn(directory), string.Concat(rows.Select(text.Line).Prepend(text.Header)));
    }

    /// <inheritdoc/>
    internal override ITableWriter Open(string runDirectory, long? rowCount) => rowCount is { } rows
        ? TableWriter<TRow>.GoOn(PathIn(runDirectory), rows)
        : TableWriter<TRow>.Create(PathIn(runDirectory));

    /// <inheritdoc/>
    internal override RecordedTable RecordedIn(string runDirectory) => Recorded(runDirectory);

    /// <inheritdoc cref="RecordedIn"/>
    internal RecordedTable<TRow> Recorded(string runDirectory) => new(this, runDirectory);

    /// <inheritdoc/>
    internal override void Sort(string runDirectory, IReadOnlyDictionary<CellName, int> places)
    {
        var (optimizer, optimizee) = (Array.IndexOf([.. Columns], "optimizer"), Array.IndexOf([.. Columns], "optimizee"));
        var lines = CsvRows<TRow>.LinesOf(PathIn(runDirectory));
        string[] sorted =
        [
            .. lines.Skip(1).OrderBy(line => places[new(line.Cells[optimizer], line.Cells[optimizee])])
                .Prepend(lines[0]).Select(line => line.Text),
        ];
        if (!sorted.SequenceEqual(lines.Select(line => line.Text)))
        {
            DurableFile.WriteText(PathIn(runDirectory), string.Concat(sorted));
        }
    }
}
