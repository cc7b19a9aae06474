using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using L2O.Errors;

namespace L2O.Runs;

/// <summary>The process at work on a run, as a file in its directory names it: where the system does not lock files.</summary>
/// <param name="Host">The machine.</param>
/// <param name="ProcessId">Of the process on it.</param>
/// <param name="ProcessStart">When that began: later processes may have its number.</param>
internal sealed record RunOwner(string Host, int ProcessId, DateTime ProcessStart)
{
    /// <summary>The file's name in a run directory; it is there while the process works, and where that was killed.</summary>
    internal const string FileName = "owner.json";

    // .NET computes a process's start from ticks since boot, anew in each process that asks.
    private static readonly TimeSpan _startsApart = TimeSpan.FromSeconds(2);

    /// <summary>Whether the process has not ended; of one on another machine nobody here knows.</summary>
    internal bool IsAtWork => Host != Environment.MachineName
        || (StartOf(ProcessId) is { } start && (start - ProcessStart).Duration() < _startsApart);

    /// <summary>Makes this process the owner, until the claim is disposed.</summary>
    /// <exception cref="ConfigException">Another is.</exception>
    internal static IDisposable Claim(string runDirectory)
    {
        var path = PathIn(runDirectory);
        if (Of(runDirectory) is { } owner)
        {
            Refuse(runDirectory, owner);
            File.Delete(path);
        }

        try
        {
            // Of two processes that come to this at once, one creates the file.
            using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write);
            JsonSerializer.Serialize(file, new RunOwner(
                Environment.MachineName, Environment.ProcessId, StartOf(Environment.ProcessId) ?? DateTime.UtcNow));
        }
        catch (IOException) when (File.Exists(path))
        {
            if (Of(runDirectory) is { } other)
            {
                Refuse(runDirectory, other);
            }

            throw;
        }

        return new Claimed(path);
    }

    /// <summary>The owner that a run directory names; null where it names none.</summary>
    internal static RunOwner? Of(string runDirectory)
    {
        try
        {
            return JsonSerializer.Deserialize<RunOwner>(File.ReadAllText(PathIn(runDirectory)));
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (JsonException e)
        {
            throw new ConfigException(
                $"{PathIn(runDirectory)}: does not say which process is at work on the run; delete it if none is", e);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"process {ProcessId} on {Host}";

    private static void Refuse(string runDirectory, RunOwner owner)
    {
        if (owner.IsAtWork)
        {
            throw new ConfigException(
                $"{runDirectory}: is in use by {owner}; wait for it, or choose another --run (files are not locked here, so "
                + $"{FileName} says this: delete it if that process has ended)");
        }
    }

    private static string PathIn(string runDirectory) => Path.Combine(runDirectory, FileName);

    private static DateTime? StartOf(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return process.StartTime.ToUniversalTime();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    private sealed class Claimed(string path) : IDisposable
    {
        // What is left behind names a process that has ended, and keeps nobody out.
        public void Dispose()
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (StorageException.IsFileSystem(e))
            {
            }
        }
    }
}
