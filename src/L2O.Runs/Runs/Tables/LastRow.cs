using System.Globalization;
using System.Text;
using CsvHelper;
using L2O.Errors;

namespace L2O.Runs.Tables;

/// <summary>The last row of a table, read from the file's end: the rows before it may be many.</summary>
internal static class LastRow
{
    /// <summary>A number in the last row; null where there are no rows.</summary>
    /// <param name="path">Of a table that ends with a whole row, which holds no line break of its own.</param>
    /// <param name="column">As the header spells it.</param>
    /// <exception cref="CheckpointException">The file cannot be read, or the row has no such number.</exception>
    internal static double? Number(string path, string column)
    {
        var (header, row) = LinesOf(path);
        if (row.Length == 0)
        {
            return null;
        }

        using CsvReader reader = new(new StringReader($"{header}\n{row}\n"), CultureInfo.InvariantCulture);
        try
        {
            reader.Read();
            reader.ReadHeader();
            reader.Read();
            return reader.GetField<double>(column);
        }
        catch (CsvHelperException e)
        {
            throw new CheckpointException($"{path}: has no {column} in its last row; start a new run", e);
        }
    }

    private static (string Header, string Row) LinesOf(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var header = HeaderOf(file);
            return (header, LineAtEnd(file, Encoding.UTF8.GetByteCount(header) + 1));
        }
        catch (Exception e) when (StorageException.IsFileSystem(e))
        {
            throw new CheckpointException($"{path}: cannot be read ({e.Message}); choose a run that has it", e);
        }
    }

    private static string HeaderOf(FileStream file)
    {
        using StreamReader reader = new(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        return reader.ReadLine() ?? "";
    }

    // Looks at more and more of the end until a whole line is in it.
    private static string LineAtEnd(FileStream file, long start)
    {
        for (var length = 1L << 10; ; length *= 2)
        {
            var from = Math.Max(start, file.Length - length);
            var bytes = new byte[Math.Max(0, file.Length - from)];
            file.Position = from;
            file.ReadExactly(bytes);
            var line = bytes.AsSpan().TrimEnd((byte)'\n');
            var before = line.LastIndexOf((byte)'\n');
            if (before >= 0 || from == start)
            {
                return Encoding.UTF8.GetString(line[(before + 1)..]);
            }
        }
    }
}
