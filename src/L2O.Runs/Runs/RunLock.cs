using L2O.Errors;

namespace L2O.Runs;

/// <summary>Keeps a second process out of a run directory.</summary>
/// <remarks>
/// The system lets go of the lock when the process ends, however it ends, so no trace of a dead process can block. Who
/// holds it stands in run.json: a locked file cannot be read by others on every system.
/// </remarks>
internal static class RunLock
{
    /// <summary>The file's name in a run directory; it stays behind, empty.</summary>
    internal const string FileName = "lock";

    /// <summary>Makes the directory if need be, and locks it until the stream is disposed.</summary>
    /// <exception cref="ConfigException">Another process holds it, or it cannot be written.</exception>
    internal static FileStream Take(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return new(Path.Combine(path, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new ConfigException($"{path}: is in use by {Holder(path)}; wait for it, or choose another --run", e);
        }
        catch (Exception e) when (StorageException.IsFileSystem(e))
        {
            throw new ConfigException($"{path}: cannot be written ({e.Message.TrimEnd('.')}); choose another --run", e);
        }
    }

    /// <summary>Keeps writers away while a run is read; null where nobody ever locked it. Nothing is written.</summary>
    /// <exception cref="ConfigException">Another process is at work on it.</exception>
    internal static FileStream? TakeToRead(string path)
    {
        try
        {
            return new(Path.Combine(path, FileName), FileMode.Open, FileAccess.Read, FileShare.None);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new ConfigException($"{path}: is in use by {Holder(path)}; wait for it", e);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    // EWOULDBLOCK on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static bool IsHeld(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020);

    private static string Holder(string path)
    {
        if (!RunDirectory.HoldsRun(path))
        {
            return "another process";
        }

        var info = RunInfo.Read(path);
        return $"process {info.ProcessId} on {info.Host}";
    }
}
