using L2O.Errors;

namespace L2O.Runs.Tables;

/// <summary>
/// A table that knows how many rows it has. Rows differ in length between runs, because they hold times; their number
/// does not, so a checkpoint can store it and stay the same bytes.
/// </summary>
internal sealed class TableFile<T> : IDisposable
{
    private readonly CsvFile<T> _file;

    private TableFile(CsvFile<T> file, long rowCount)
    {
        _file = file;
        RowCount = rowCount;
    }

    /// <summary>Rows, without the header.</summary>
    internal long RowCount { get; private set; }

    /// <summary>A new table, or one that goes on after so many rows.</summary>
    /// <exception cref="CheckpointException">The table has fewer rows.</exception>
    internal static TableFile<T> Open(string path, long? rowCount) => rowCount is { } rows
        ? new(CsvFile<T>.OpenAt(path, EndOf(path, rows)), rows)
        : new(CsvFile<T>.Create(path), 0);

    internal void Append(T row)
    {
        _file.Append(row);
        RowCount++;
    }

    /// <summary>Waits until all rows are on disk.</summary>
    /// <returns>How many there are.</returns>
    internal long Flush()
    {
        _file.FlushToDisk();
        return RowCount;
    }

    public void Dispose() => _file.Dispose();

    // The position after the header and so many rows; rows hold no line breaks of their own.
    private static long EndOf(string path, long rows)
    {
        if (!File.Exists(path))
        {
            throw new CheckpointException($"{path}: is missing, but the checkpoint goes on with it; start a new run");
        }

        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var buffer = new byte[1 << 16];
        long position = 0, lines = 0;
        int count;
        while ((count = file.Read(buffer)) > 0)
        {
            for (var i = 0; i < count; i++)
            {
                if (buffer[i] == (byte)'\n' && ++lines == rows + 1)
                {
                    return position + i + 1;
                }
            }

            position += count;
        }

        throw new CheckpointException(
            $"{path}: has {Math.Max(0, lines - 1)} rows, the checkpoint goes on after {rows}; start a new run");
    }
}
