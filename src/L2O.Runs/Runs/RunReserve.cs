using L2O.Errors;

namespace L2O.Runs;

/// <summary>Disk space that a run keeps while it works, so that on a full disk it can still note how it ended.</summary>
internal static class RunReserve
{
    private const int ByteCount = 1 << 14;

    /// <summary>Takes the space.</summary>
    /// <exception cref="StorageException">The disk is full.</exception>
    internal static void Keep(string runDirectory)
    {
        var path = PathIn(runDirectory);
        try
        {
            File.WriteAllBytes(path, new byte[ByteCount]);
        }
        catch (Exception e) when (StorageException.IsFileSystem(e))
        {
            throw StorageException.Of(path, e);
        }
    }

    /// <summary>Gives it back.</summary>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    internal static void Release(string runDirectory)
    {
        var path = PathIn(runDirectory);
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (StorageException.IsFileSystem(e))
        {
            throw StorageException.Of(path, e);
        }
    }

    private static string PathIn(string runDirectory) => Path.Combine(runDirectory, "reserve");
}
