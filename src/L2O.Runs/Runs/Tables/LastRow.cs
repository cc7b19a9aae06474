using System.Text;
using L2O.Errors;

namespace L2O.Runs.Tables;

/// <summary>The last row of a table, read from the file's end: the rows before it may be many.</summary>
internal static class LastRow
{
    /// <summary>A file's first line and its last, if there is one beside the first.</summary>
    /// <param name="path">Of a table that ends with a whole row, which holds no line break of its own.</param>
    /// <exception cref="CheckpointException">The file cannot be read.</exception>
    internal static string WithHeader(string path)
    {
        var (header, row) = LinesOf(path);
        return row.Length == 0 ? $"{header}\n" : $"{header}\n{row}\n";
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
