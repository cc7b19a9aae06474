namespace L2O.Errors;

/// <summary>A file that cannot be written: a full disk, a missing permission, a failing device.</summary>
public sealed class StorageException(string message, Exception? cause = null) : L2OException(message, cause)
{
    // Linux, macOS and Windows numbers for "no space left" and "quota exceeded".
    private static readonly int[] _full = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <inheritdoc/>
    public override int ExitCode => 1;

    /// <summary>The failure of an attempt to write a file, in one sentence.</summary>
    /// <param name="path">What was written.</param>
    /// <param name="cause">From the attempt.</param>
    internal static StorageException Of(string path, Exception cause) => new(
        Array.IndexOf(_full, cause.HResult) >= 0
            ? $"{path}: there is no space left to write it; free some, then go on (a run goes on with --resume)"
            : $"{path}: cannot be written ({cause.Message.Split('\n')[0].TrimEnd('.', '\r')}); "
                + "make its folder writable, then go on (a run goes on with --resume)",
        cause);

    /// <summary>What an attempt to use a file gives.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="attempt">Reads or writes it.</param>
    /// <exception cref="StorageException">It failed.</exception>
    internal static T Guard<T>(string path, Func<T> attempt)
    {
        try
        {
            return attempt();
        }
        catch (Exception e) when (IsFileSystem(e))
        {
            throw Of(path, e);
        }
    }

    /// <summary>Whether an exception comes from the file system, rather than from code.</summary>
    internal static bool IsFileSystem(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
