using L2O.Errors;

namespace L2O.Runs.Tables;

/// <summary>A table as a run left it, read without touching it, to hold against what a repetition writes.</summary>
internal abstract class RecordedTable
{
    private protected RecordedTable(string path) => Path = path;

    internal string Path { get; }

    internal abstract int RowCount { get; }

    /// <summary>The cell of each row, in the table's order; none where rows belong to no cell.</summary>
    internal abstract IEnumerable<CellName> Cells { get; }

    /// <summary>Says how many rows there are.</summary>
    /// <param name="counted">Rows that the run's state counts.</param>
    /// <param name="isComplete">Whether there may be no more of them.</param>
    /// <exception cref="CheckpointException">There are too few, or too many.</exception>
    internal abstract string Count(long counted, bool isComplete);

    /// <summary>Compares the rows of a cell's run with those of its repetition, as far as that went.</summary>
    /// <returns>How many were compared; all were the same.</returns>
    /// <exception cref="CheckpointException">A row differs: the first that does.</exception>
    internal abstract int CompareRun(CellName cell, long seed, RowBatch again);

    /// <summary>Compares the rows of a cell with those of its repetition.</summary>
    /// <returns>How many were compared; all were the same.</returns>
    /// <exception cref="CheckpointException">A row differs: the first that does.</exception>
    internal abstract int CompareCell(CellName cell, RowBatch again);

    /// <summary>Compares what another run wrote, as far as both go.</summary>
    /// <param name="otherDirectory">Of the other run.</param>
    /// <param name="start">Rows to pass over.</param>
    /// <returns>How many were compared; all were the same.</returns>
    /// <exception cref="CheckpointException">A row differs: the first that does.</exception>
    internal abstract int Compare(string otherDirectory, long start);

    /// <summary>Compares all rows with those of a repetition.</summary>
    /// <exception cref="CheckpointException">A row differs, or there are more or fewer: the first that does.</exception>
    internal abstract void CompareAll(RowBatch again);
}

/// <summary>The same with the type of its rows.</summary>
internal sealed class RecordedTable<TRow>(Table<TRow> table, string runDirectory) : RecordedTable(table.PathIn(runDirectory))
    where TRow : class
{
    private readonly IReadOnlyList<TRow> _rows = Unchanged(table, runDirectory);

    internal IReadOnlyList<TRow> Rows => _rows;

    internal override int RowCount => _rows.Count;

    /// <inheritdoc/>
    internal override IEnumerable<CellName> Cells => _rows.OfType<ICellRow>().Select(row => row.Cell);

    /// <inheritdoc/>
    internal override string Count(long counted, bool isComplete)
    {
        if (_rows.Count < counted || (isComplete && _rows.Count > counted))
        {
            throw new CheckpointException(
                $"{Path}: has {_rows.Count} rows, the run's state counts {counted}; start a new run");
        }

        var more = _rows.Count - counted;
        return $"{Path}: {table.Columns.Count} columns, {counted} rows"
            + (more == 0 ? "" : $" and {more} more, which resuming does again");
    }

    /// <inheritdoc/>
    internal override int CompareRun(CellName cell, long seed, RowBatch again) =>
        CompareWhere(row => row is IRunRow of && of.Cell == cell && of.Seed == seed, again);

    /// <inheritdoc/>
    internal override int CompareCell(CellName cell, RowBatch again) =>
        CompareWhere(row => row is ICellRow of && of.Cell == cell, again);

    /// <inheritdoc/>
    internal override void CompareAll(RowBatch again)
    {
        foreach (var (i, row) in again.Of(table).Index())
        {
            Compare(i, row);
        }

        _ = Count(again.Of(table).Count(), isComplete: true);
    }

    /// <inheritdoc/>
    internal override int Compare(string otherDirectory, long start)
    {
        var again = table.RowsIn(otherDirectory);
        var end = Math.Min(_rows.Count, again.Count);
        for (var i = (int)start; i < end; i++)
        {
            Compare(i, again[i]);
        }

        return Math.Max(0, end - (int)start);
    }

    /// <summary>Compares one row.</summary>
    /// <param name="index">Which.</param>
    /// <param name="again">As it came of a repetition.</param>
    /// <exception cref="CheckpointException">It differs, or the table ends before it.</exception>
    internal void Compare(int index, TRow again)
    {
        if (index >= _rows.Count)
        {
            throw new CheckpointException($"{Path}: ends after {_rows.Count} rows, done again there are more; start a new run");
        }

        var (then, now) = (table.WithoutTimes(_rows[index]), table.WithoutTimes(again));
        if (!EqualityComparer<TRow>.Default.Equals(then, now))
        {
            throw new CheckpointException($"{Path}:{index + 2}: is {then}, but done again {now}; start a new run");
        }
    }

    private static IReadOnlyList<TRow> Unchanged(Table<TRow> table, string runDirectory)
    {
        ForeignText.Refuse(table.PathIn(runDirectory));
        return table.RowsIn(runDirectory);
    }

    private int CompareWhere(Func<TRow, bool> isAsked, RowBatch again)
    {
        int[] places = [.. _rows.Index().Where(entry => isAsked(entry.Item)).Select(entry => entry.Index)];
        foreach (var (i, row) in again.Of(table).Index())
        {
            Compare(i < places.Length ? places[i] : _rows.Count, row);
        }

        return again.Of(table).Count();
    }
}
