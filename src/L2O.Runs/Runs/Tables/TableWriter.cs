using System.Text;
using L2O.Errors;
using L2O.Storage;

namespace L2O.Runs.Tables;

/// <summary>Appends rows, whatever their type.</summary>
internal interface ITableWriter : IDisposable
{
    /// <summary>Rows in the file, the header not counted.</summary>
    long RowCount { get; }

    /// <summary>Appends a row of the table's type; from then on it survives the process.</summary>
    /// <exception cref="StorageException">The row cannot be written; the file ends with the row before.</exception>
    void Append(object row);

    /// <summary>Waits until all rows are on disk, so that they survive a power cut.</summary>
    /// <exception cref="StorageException">The device failed.</exception>
    void Flush();
}

/// <summary>
/// The file of a table, to which rows are appended as they come. It counts rows, not bytes: rows that hold times differ in
/// length between runs, their number does not, so a checkpoint that stores it stays the same bytes.
/// </summary>
internal sealed class TableWriter<TRow> : ITableWriter
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly CsvRows<TRow> _rows;

    private TableWriter(string path, FileStream file, CsvRows<TRow> rows, long rowCount)
    {
        _path = path;
        _file = file;
        _rows = rows;
        RowCount = rowCount;
    }

    /// <inheritdoc/>
    public long RowCount { get; private set; }

    /// <summary>Starts a file with its header, in place of one that is there.</summary>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    internal static TableWriter<TRow> Create(string path)
    {
        var table = Open(path, FileMode.Create, (file, rows) =>
        {
            file.Write(Encoding.UTF8.GetBytes(rows.Header));
            return 0;
        });
        DurableFolder.Flush(DurableFile.FolderOf(path));
        return table;
    }

    /// <summary>Goes on with a file after so many rows; those that were written later are cut off.</summary>
    /// <exception cref="CheckpointException">The file is missing, has fewer rows or other columns.</exception>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    internal static TableWriter<TRow> GoOn(string path, long rowCount)
    {
        if (!File.Exists(path))
        {
            throw new CheckpointException($"{path}: is missing, but the checkpoint goes on with it; start a new run");
        }

        ForeignText.Refuse(path);
        return Open(path, FileMode.Open, (file, rows) =>
        {
            CheckHeader(path, file);
            file.SetLength(RowEnds.After(path, file, rowCount));
            file.Position = file.Length;
            return rowCount;
        });
    }

    /// <inheritdoc cref="ITableWriter.Append"/>
    public void Append(TRow row) => StorageException.Guard(_path, () =>
    {
        var end = _file.Position;
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(_rows.Line(row)));
        }
        catch (IOException)
        {
            _file.SetLength(end);
            _file.Position = end;
            throw;
        }

        return RowCount++;
    });

    /// <inheritdoc/>
    void ITableWriter.Append(object row) => Append((TRow)row);

    /// <inheritdoc/>
    public void Flush() => StorageException.Guard(_path, () =>
    {
        _file.Flush(flushToDisk: true);
        return RowCount;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _rows.Dispose();
    }

    // Unbuffered: each row is one write, so that nothing waits in memory when the process dies or the disk is full.
    private static TableWriter<TRow> Open(string path, FileMode mode, Func<FileStream, CsvRows<TRow>, long> prepare) =>
        StorageException.Guard(path, () =>
        {
            CsvRows<TRow> rows = new();
            FileStream file = new(path, mode, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
            try
            {
                return new TableWriter<TRow>(path, file, rows, prepare(file, rows));
            }
            catch
            {
                file.Dispose();
                rows.Dispose();
                throw;
            }
        });

    private static void CheckHeader(string path, FileStream file)
    {
        using StreamReader reader = new(file, Encoding.UTF8, leaveOpen: true);
        CsvRows<TRow>.RequireColumns(path, reader.ReadLine() ?? "");
    }
}
