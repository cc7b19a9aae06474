using L2O.Errors;

namespace L2O.Runs.Tables;

/// <summary>Finds where rows of a table's file end. A line break within quotes ends none.</summary>
internal static class RowEnds
{
    /// <summary>The position behind the header and so many rows.</summary>
    /// <exception cref="CheckpointException">The file has fewer.</exception>
    internal static long After(string path, FileStream file, long rowCount)
    {
        var buffer = new byte[1 << 16];
        var isQuoted = false;
        long start = 0, ends = 0;
        file.Position = 0;
        for (int count; (count = file.Read(buffer)) > 0; start += count)
        {
            for (var i = 0; i < count; i++)
            {
                isQuoted ^= buffer[i] == (byte)'"';
                if (buffer[i] == (byte)'\n' && !isQuoted && ++ends == rowCount + 1)
                {
                    return start + i + 1;
                }
            }
        }

        throw new CheckpointException(
            $"{path}: has {Math.Max(0, ends - 1)} rows, the checkpoint goes on after {rowCount}; start a new run");
    }
}
