using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using L2O.Errors;
using L2O.Storage;

namespace L2O.Runs.Tables;

/// <summary>
/// Rows of a run, appended as they come. Columns are the record's properties in snake_case; numbers keep every digit,
/// and what was not measured (null) is empty.
/// </summary>
/// <typeparam name="T">One row.</typeparam>
public sealed class CsvFile<T> : IDisposable
{
    private readonly string _path;
    private readonly FileStream _file;
    private readonly RowFormat _format;

    private CsvFile(string path, FileStream file, RowFormat format)
    {
        _path = path;
        _file = file;
        _format = format;
        Position = file.Position;
    }

    /// <summary>Bytes of whole rows, the header among them; a checkpoint stores it.</summary>
    public long Position { get; private set; }

    /// <summary>Starts a file with its header, in place of one that is there.</summary>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static CsvFile<T> Create(string path) => Guarded(path, () =>
    {
        var file = Open(path, FileMode.Create);
        var format = new RowFormat();
        file.Write(format.Header);
        DurableFolder.Flush(DurableFile.FolderOf(path));
        return new CsvFile<T>(path, file, format);
    });

    /// <summary>Goes on with a file as it was at a checkpoint: rows that were written later are cut off.</summary>
    /// <param name="path">Of a file that <see cref="Create"/> made.</param>
    /// <param name="position">A value that <see cref="Position"/> had.</param>
    /// <exception cref="CheckpointException">The file is missing, shorter, or has other rows or columns.</exception>
    /// <exception cref="StorageException">The file cannot be written.</exception>
    public static CsvFile<T> OpenAt(string path, long position)
    {
        if (!File.Exists(path))
        {
            throw new CheckpointException($"{path}: is missing, but the checkpoint goes on with it; start a new run");
        }

        return Guarded(path, () =>
        {
            var file = Open(path, FileMode.Open);
            var format = new RowFormat();
            if (ProblemAt(file, position, format.Header) is { } problem)
            {
                file.Dispose();
                throw new CheckpointException($"{path}: {problem}; start a new run");
            }

            file.SetLength(position);
            file.Position = position;
            return new CsvFile<T>(path, file, format);
        });
    }

    /// <summary>The rows of a file.</summary>
    /// <exception cref="CheckpointException">The file is missing, or a row or column is not as expected.</exception>
    public static IReadOnlyList<T> Read(string path) => Parse(path, TextOf(path));

    /// <summary>The rows of a file whose writer was killed: a last one that is not whole does not count.</summary>
    /// <inheritdoc cref="Read(string)"/>
    internal static IReadOnlyList<T> ReadWhole(string path)
    {
        var text = TextOf(path);
        using RowFormat format = new();
        return text.StartsWith(Encoding.UTF8.GetString(format.Header), StringComparison.Ordinal)
            ? Parse(path, text[..(text.LastIndexOf('\n') + 1)])
            : throw new CheckpointException(
                $"{path}: has other columns than {Encoding.UTF8.GetString(format.Header).TrimEnd()}; start a new run");
    }

    private static string TextOf(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return new StreamReader(file).ReadToEnd();
        }
        catch (Exception e) when (StorageException.IsFileSystem(e))
        {
            throw new CheckpointException($"{path}: cannot be read ({e.Message}); choose a run that has it", e);
        }
    }

    private static IReadOnlyList<T> Parse(string path, string text)
    {
        try
        {
            using var reader = new CsvReader(new StringReader(text), RowFormat.Configuration);
            reader.Context.RegisterClassMap(new SnakeCaseMap<T>());
            return reader.Read() && reader.ReadHeader()
                ? [.. reader.GetRecords<T>()]
                : throw new CheckpointException($"{path}: is empty; resume or repeat the run that wrote it");
        }
        catch (CsvHelperException e)
        {
            throw new CheckpointException(
                $"{path}:{e.Context?.Parser?.RawRow}: is not a row of {typeof(T).Name}; resume or repeat the run that wrote it", e);
        }
    }

    /// <summary>Appends a row; from then on it survives the process, and after <see cref="FlushToDisk"/> a power cut.</summary>
    /// <exception cref="StorageException">The row cannot be written; the file ends with the row before.</exception>
    public void Append(T row) => Guarded(_path, () =>
    {
        try
        {
            _file.Write(_format.Line(row));
        }
        catch (IOException)
        {
            _file.SetLength(Position);
            _file.Position = Position;
            throw;
        }

        return Position = _file.Position;
    });

    /// <summary>Waits until all rows are on disk; call before saving a checkpoint that stores <see cref="Position"/>.</summary>
    /// <returns><see cref="Position"/>.</returns>
    /// <exception cref="StorageException">The device failed.</exception>
    public long FlushToDisk() => Guarded(_path, () =>
    {
        _file.Flush(flushToDisk: true);
        return Position;
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _format.Dispose();
    }

    // Unbuffered: each row is one write, so that nothing waits in memory when the process dies or the disk is full.
    private static FileStream Open(string path, FileMode mode) =>
        new(path, mode, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);

    private static string? ProblemAt(FileStream file, long position, byte[] header)
    {
        if (position < header.Length || position > file.Length)
        {
            return $"has {file.Length} bytes, the checkpoint goes on after {position}";
        }

        var start = new byte[header.Length];
        file.ReadExactly(start);
        if (!start.AsSpan().SequenceEqual(header))
        {
            return $"has other columns than {Encoding.UTF8.GetString(header).TrimEnd()}";
        }

        file.Position = position - 1;
        return file.ReadByte() == '\n' ? null : $"has no row that ends at byte {position}, where the checkpoint goes on";
    }

    private static TResult Guarded<TResult>(string path, Func<TResult> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (StorageException.IsFileSystem(e))
        {
            throw StorageException.Of(path, e);
        }
    }

    private sealed class RowFormat : IDisposable
    {
        internal static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture)
        {
            NewLine = "\n",
            DetectColumnCountChanges = true,
        };

        private readonly StringWriter _text = new(CultureInfo.InvariantCulture);
        private readonly CsvWriter _writer;

        internal RowFormat()
        {
            _writer = new(_text, Configuration);
            _writer.Context.RegisterClassMap(new SnakeCaseMap<T>());
            _writer.WriteHeader<T>();
            Header = TakeLine();
        }

        internal byte[] Header { get; }

        internal byte[] Line(T row)
        {
            _writer.WriteRecord(row);
            return TakeLine();
        }

        public void Dispose() => _writer.Dispose();

        private byte[] TakeLine()
        {
            _writer.NextRecord();
            _writer.Flush();
            var line = Encoding.UTF8.GetBytes(_text.ToString());
            _text.GetStringBuilder().Clear();
            return line;
        }
    }
}
