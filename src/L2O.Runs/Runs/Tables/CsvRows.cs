using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using L2O.Errors;

namespace L2O.Runs.Tables;

/// <summary>
/// Rows as CSV. Columns are the record's properties in snake_case; numbers keep every digit, and what was not measured
/// (null) is empty.
/// </summary>
/// <typeparam name="TRow">One row.</typeparam>
internal sealed class CsvRows<TRow> : IDisposable
{
    private static readonly CsvConfiguration Configuration = new(CultureInfo.InvariantCulture)
    {
        NewLine = "\n",
        DetectColumnCountChanges = true,
    };

    private readonly StringWriter _text = new(CultureInfo.InvariantCulture);
    private readonly CsvWriter _writer;

    internal CsvRows()
    {
        _writer = new(_text, Configuration);
        _writer.Context.RegisterClassMap(new SnakeCaseMap<TRow>());
        _writer.WriteHeader<TRow>();
        Header = TakeLine();
    }

    /// <summary>Names of the columns, in their order.</summary>
    internal static IReadOnlyList<string> Columns { get; } = ColumnNames();

    /// <summary>The first line of a file.</summary>
    internal string Header { get; }

    /// <summary>A row's line.</summary>
    internal string Line(TRow row)
    {
        _writer.WriteRecord(row);
        return TakeLine();
    }

    /// <summary>A row's cells as text.</summary>
    internal IReadOnlyList<string> Cells(TRow row)
    {
        using CsvParser parser = new(new StringReader(Line(row)), Configuration);
        return parser.Read() ? parser.Record ?? [] : [];
    }

    /// <summary>
    /// The rows of a file, whatever its line ends; a last one that a killed process left half written does not count.
    /// </summary>
    /// <exception cref="CheckpointException">The file is missing, or a row or column is not as expected.</exception>
    internal static IReadOnlyList<TRow> Read(string path)
    {
        var text = ForeignText.Undone(TextOf(path));
        RequireColumns(path, text.Split('\n', 2)[0]);
        return Parse(path, text[..(text.LastIndexOf('\n') + 1)]);
    }

    /// <summary>Refuses a file of other columns.</summary>
    /// <param name="path">What messages call it.</param>
    /// <param name="line">Its first line.</param>
    /// <exception cref="CheckpointException">It has others.</exception>
    internal static void RequireColumns(string path, string line)
    {
        if (ColumnDifference.Of(line, Columns) is { } difference)
        {
            throw new CheckpointException(
                $"{path}: {difference}; if another version of l2o wrote it, which run.json names, use that one, else start a new run");
        }
    }

    /// <summary>The rows of a text.</summary>
    /// <param name="path">What messages call it.</param>
    /// <param name="text">A line of columns, then a line for each row.</param>
    /// <exception cref="CheckpointException">A row or column is not as expected.</exception>
    internal static IReadOnlyList<TRow> Parse(string path, string text)
    {
        try
        {
            using CsvReader reader = new(new StringReader(text), Configuration);
            reader.Context.RegisterClassMap(new SnakeCaseMap<TRow>());
            return [.. reader.GetRecords<TRow>()];
        }
        catch (CsvHelperException e)
        {
            throw new CheckpointException(
                $"{path}:{e.Context?.Parser?.RawRow}: is no row with the columns {string.Join(',', Columns)}; "
                + "resume or repeat the run that wrote it",
                e);
        }
    }

    /// <summary>The lines of a file as they are, the one of columns first, and the cells of each.</summary>
    /// <exception cref="CheckpointException">The file is missing.</exception>
    internal static IReadOnlyList<(string Text, string[] Cells)> LinesOf(string path)
    {
        using CsvParser parser = new(new StringReader(TextOf(path)), Configuration);
        List<(string Text, string[] Cells)> lines = [];
        while (parser.Read())
        {
            lines.Add((parser.RawRecord, parser.Record ?? []));
        }

        return lines;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static string[] ColumnNames()
    {
        using CsvRows<TRow> rows = new();
        return rows.Header.TrimEnd().Split(',');
    }

    private static string TextOf(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using StreamReader reader = new(file);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (StorageException.IsFileSystem(e))
        {
            throw new CheckpointException($"{path}: cannot be read ({e.Message}); choose a run that has it", e);
        }
    }

    private string TakeLine()
    {
        _writer.NextRecord();
        _writer.Flush();
        var line = _text.ToString();
        _text.GetStringBuilder().Clear();
        return line;
    }
}
