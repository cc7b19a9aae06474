using L2O.Errors;

namespace L2O.Data;

/// <summary>A file of a data set, as errors name it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Dataset">The set it belongs to, as configs spell it; null where it is one's own.</param>
public sealed record DataFile(string Path, string? Dataset)
{
    /// <summary>Opens the file and hands it to a reader.</summary>
    /// <exception cref="DatasetException">It cannot be opened or read.</exception>
    internal T Read<T>(Func<Stream, T> read)
    {
        try
        {
            using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return read(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{Path}: cannot be read ({e.Message.TrimEnd('.')}); check the file and its permissions", e);
        }
    }

    /// <summary>An error about content that is broken.</summary>
    /// <param name="found">What was found and what was expected; follows the path in the message.</param>
    /// <param name="cause">The underlying error, if there is one.</param>
    internal DatasetException Damaged(string found, Exception? cause = null) =>
        new(
            Dataset is null
                ? $"{Path}: {found}; write it again, or use another copy of it"
                : $"{Path}: {found}; to replace it by the published file run: l2o data fetch {Dataset}",
            cause);

    /// <summary>An error about content that is whole, but of another data set, or one's own and of no use.</summary>
    /// <param name="found">What was found and what was expected; follows the path in the message.</param>
    internal DatasetException Unlike(string found) => new(
        Dataset is null
            ? $"{Path}: {found}"
            : $"{Path}: {found}; if it is data of your own, keep it, and name another folder for {Dataset} by --data-dir or "
                + $"{DataDirectory.Variable} (l2o data fetch {Dataset} fills that)");
}
