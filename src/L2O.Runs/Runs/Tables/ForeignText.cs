using L2O.Errors;

namespace L2O.Runs.Tables;

/// <summary>
/// What editors and spreadsheets do to the text of a table that they save: CRLF line ends, a byte order mark. It can be
/// read all the same, but rows that are appended would have other line ends, and bytes cannot be compared.
/// </summary>
internal static class ForeignText
{
    internal const char ByteOrderMark = '\uFEFF';

    private static readonly byte[] _mark = [0xEF, 0xBB, 0xBF];

    /// <summary>A table's text as it was before.</summary>
    internal static string Undone(string text) => text.TrimStart(ByteOrderMark).Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>Refuses a file that was saved so.</summary>
    /// <exception cref="CheckpointException">It was, or it cannot be read.</exception>
    internal static void Refuse(string path)
    {
        if (In(path) is { Length: > 0 } found)
        {
            throw new CheckpointException(
                $"{path}: has {string.Join(" and ", found)}, which an editor or a spreadsheet adds; take this out again, for "
                + $"instance by: sed -i '1s/^\\xEF\\xBB\\xBF//; s/\\r$//' {path}");
        }
    }

    private static string[] In(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var start = new byte[_mark.Length];
            var hasMark = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
                && start.AsSpan().SequenceEqual(_mark);
            file.Position = 0;
            return [.. hasMark ? ["a byte order mark"] : (string[])[], .. HasCrLf(file) ? ["CRLF line ends"] : (string[])[]];
        }
        catch (Exception e) when (StorageException.IsFileSystem(e))
        {
            throw new CheckpointException($"{path}: cannot be read ({e.Message}); choose a run that has it", e);
        }
    }

    private static bool HasCrLf(FileStream file)
    {
        var block = new byte[1 << 16];
        byte last = 0;
        while (file.Read(block) is > 0 and var count)
        {
            if ((last == '\r' && block[0] == '\n') || block.AsSpan(0, count).IndexOf("\r\n"u8) >= 0)
            {
                return true;
            }

            last = block[count - 1];
        }

        return false;
    }
}
