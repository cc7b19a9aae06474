using L2O.Errors;

namespace L2O.Runs.Tables;

/// <summary>A table as a run left it, read without touching it, to hold against what a repetition writes.</summary>
/// <param name="path">Of the file.</param>
/// <param name="withoutSeconds">A row as it is in every repetition of the run.</param>
internal sealed class RecordedTable<T>(string path, Func<T, T> withoutSeconds)
{
    private readonly IReadOnlyList<T> _rows = CsvFile<T>.ReadWhole(path);

    internal IReadOnlyList<T> Rows => _rows;

    /// <summary>Says how many rows there are.</summary>
    /// <param name="counted">Rows that the run's state counts.</param>
    /// <param name="isComplete">Whether there may be no more of them.</param>
    /// <exception cref="CheckpointException">There are too few, or too many.</exception>
    internal string Count(long counted, bool isComplete)
    {
        var columns = typeof(T).GetProperties().Length;
        if (_rows.Count < counted || (isComplete && _rows.Count > counted))
        {
            throw new CheckpointException(
                $"{path}: has {_rows.Count} rows, the run's state counts {counted}; start a new run");
        }

        return _rows.Count == counted
            ? $"{path}: {columns} columns, {counted} rows"
            : $"{path}: {columns} columns, {counted} rows and {_rows.Count - counted} more, which resuming does again";
    }

    /// <summary>Compares what another run wrote, as far as both go.</summary>
    /// <param name="other">The same table in another directory.</param>
    /// <param name="start">Rows to pass over.</param>
    /// <returns>How many were compared; all were the same.</returns>
    /// <exception cref="CheckpointException">A row differs: the first that does.</exception>
    internal int Compare(string other, long start)
    {
        var again = CsvFile<T>.ReadWhole(other);
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
    internal void Compare(int index, T again)
    {
        if (index >= _rows.Count)
        {
            throw new CheckpointException($"{path}: ends after {_rows.Count} rows, done again there are more; start a new run");
        }

        var (then, now) = (withoutSeconds(_rows[index]), withoutSeconds(again));
        if (!EqualityComparer<T>.Default.Equals(then, now))
        {
            throw new CheckpointException($"{path}:{index + 2}: is {then}, but done again {now}; start a new run");
        }
    }
}
