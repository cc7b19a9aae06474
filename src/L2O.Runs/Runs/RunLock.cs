using L2O.Errors;

namespace L2O.Runs;

/// <summary>Keeps a second process out of a run directory.</summary>
/// <remarks>
/// The system lets go of the lock when the process ends, however it ends, so no trace of a dead process can block. Who
/// holds it stands in run.json: a locked file cannot be read by others on every system. Where the system does not lock
/// files, a <see cref="RunOwner"/> stands in for it.
/// </remarks>
internal static class RunLock
{
    /// <summary>The file's name in a run directory; it stays behind, empty.</summary>
    internal const string FileName = "lock";

    private const int MostAttempts = 10;
    private static readonly TimeSpan _betweenAttempts = TimeSpan.FromMilliseconds(20);

    /// <summary>Makes the directory if need be, and locks it until the lock is disposed.</summary>
    /// <exception cref="ConfigException">Another process holds it, or it cannot be written.</exception>
    internal static IDisposable Take(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var file = OpenToHold(path);
            try
            {
                return IsEffective(path, FileAccess.ReadWrite) ? file : new Substitute(file, RunOwner.Claim(path));
            }
            catch
            {
                file.Dispose();
                throw;
            }
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
    internal static IDisposable? TakeToRead(string path)
    {
        try
        {
            var file = Open(path, FileMode.Open, FileAccess.Read);
            if (!IsEffective(path, FileAccess.Read) && RunOwner.Of(path) is { IsAtWork: true } owner)
            {
                file.Dispose();
                throw new ConfigException($"{path}: is in use by {owner}; wait for it");
            }

            return file;
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

    /// <summary>Whether a process is at work on a run.</summary>
    internal static bool IsHeld(string path)
    {
        try
        {
            TakeToRead(path)?.Dispose();
            return false;
        }
        catch (ConfigException)
        {
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
    }

    // Without a lock on it the file can be opened again: on a file system that has none, or where .NET was told not to lock.
    private static bool IsEffective(string path, FileAccess access)
    {
        try
        {
            Open(path, FileMode.Open, access).Dispose();
            return false;
        }
        catch (IOException e) when (IsHeld(e))
        {
            return true;
        }
    }

    // Whoever looks whether the run is at work holds the lock for an instant.
    private static FileStream OpenToHold(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
            }
            catch (IOException e) when (IsHeld(e) && attempt < MostAttempts)
            {
                Thread.Sleep(_betweenAttempts);
            }
        }
    }

    private static FileStream Open(string path, FileMode mode, FileAccess access) =>
        new(Path.Combine(path, FileName), mode, access, FileShare.None);

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

    private sealed class Substitute(FileStream file, IDisposable claim) : IDisposable
    {
        public void Dispose()
        {
            claim.Dispose();
            file.Dispose();
        }
    }
}
