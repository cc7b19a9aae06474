using System.Globalization;
using L2O.Errors;
using L2O.Storage;

namespace L2O.Runs;

/// <summary>The directory in which one run leaves what it did; held by one process at a time.</summary>
public sealed class RunDirectory : IDisposable
{
    /// <summary>The effective config's name in a run directory.</summary>
    internal const string ConfigName = "config.yaml";

    private readonly IDisposable _lock;
    private readonly TimeProvider _clock;

    private RunDirectory(string path, RunInfo info, IDisposable exclusive, TimeProvider clock)
    {
        Path = path;
        Info = info;
        _lock = exclusive;
        _clock = clock;
    }

    /// <summary>The directory, as the user gave it.</summary>
    public string Path { get; }

    /// <summary>What run.json holds.</summary>
    public RunInfo Info { get; private set; }

    /// <summary>That the run goes on on another processor, in words that follow the directory; null where it does not.</summary>
    public string? ProcessorChange { get; private init; }

    /// <summary>Whether the run goes on although what is there does not fit, or is lost.</summary>
    internal bool IsForced { get; private init; }

    /// <summary>The log's file.</summary>
    public string LogPath => FilePath("log.txt");

    /// <summary>The folder of checkpoints.</summary>
    public string CheckpointsPath => FilePath("checkpoints");

    /// <summary>Whether a run was started in a directory, so that it can be resumed.</summary>
    public static bool HoldsRun(string path) => File.Exists(System.IO.Path.Combine(path, RunInfo.FileName));

    /// <summary>Whether a run can be started in a directory: it does not exist, or is empty.</summary>
    /// <remarks>A creation that was killed has left no more than the lock and a file that was to become run.json.</remarks>
    public static bool IsFree(string path) => !Directory.Exists(path) || Directory.EnumerateFileSystemEntries(path)
        .All(entry => System.IO.Path.GetFileName(entry) is RunLock.FileName or RunOwner.FileName or $"{RunInfo.FileName}.tmp");

    /// <summary>Starts a run in a directory that does not exist yet or is empty.</summary>
    /// <param name="path">Null for `runs/NAME-YYYYMMDD-HHMMSS`, with a number behind it if that is taken.</param>
    /// <param name="run">Already checked: from here on files are written.</param>
    /// <param name="clock">Gives start and end.</param>
    /// <exception cref="ConfigException">The directory holds something, is in use, or cannot be made.</exception>
    /// <exception cref="StorageException">The disk is full.</exception>
    public static RunDirectory Create(string? path, RunDescription run, TimeProvider clock)
    {
        path ??= DefaultPath(run.Name, clock);
        if (!File.Exists(System.IO.Path.Combine(path, RunLock.FileName)))
        {
            RequireFree(path);
        }

        var exclusive = RunLock.Take(path);
        try
        {
            RequireFree(path);
            var directory = new RunDirectory(path, RunInfo.Starting(run, clock.GetUtcNow()), exclusive, clock);
            directory.WriteInfo();
            directory.WriteConfig(run);
            RunReserve.Keep(path);
            return directory;
        }
        catch
        {
            exclusive.Dispose();
            throw;
        }
    }

    /// <summary>Makes sure that a run goes on with its plug-ins, before a config is read that may name their kinds.</summary>
    /// <param name="path">Of a directory that need hold no run yet.</param>
    /// <param name="now">The plug-ins that are loaded, by name.</param>
    /// <exception cref="ConfigException">They are others.</exception>
    public static void RequirePlugins(string path, IReadOnlyDictionary<string, RunPlugin> now)
    {
        string[] differences = HoldsRun(path) ? [.. RunInfo.Read(path).DifferencesTo(now)] : [];
        if (differences.Length > 0)
        {
            throw new ConfigException(
                $"{path}: resumed, the run would not be the same: {string.Join("; ", differences)}; "
                + "name by --plugin what it was made with, or go on all the same by --force");
        }
    }

    /// <summary>As the other, where no config extends another.</summary>
    /// <inheritdoc cref="Resume(string, RunDescription, bool, TimeProvider, Func{string, ConfigChange})"/>
    public static RunDirectory Resume(string path, RunDescription run, bool isForced, TimeProvider clock) =>
        Resume(path, run, isForced, clock, _ => ConfigChange.Other);

    /// <summary>Takes up a run where it was left; it counts as running from here on.</summary>
    /// <param name="path">A directory for which <see cref="HoldsRun"/>.</param>
    /// <param name="run">What is asked now.</param>
    /// <param name="isForced">Goes on where the run would not be the same.</param>
    /// <param name="clock">Gives the end.</param>
    /// <param name="change">Given the config so far, says what the one that is asked now means for the run.</param>
    /// <exception cref="ConfigException">There is no run, it is in use, or another config, data or code asks for it.</exception>
    /// <exception cref="CheckpointException">Its run.json is damaged.</exception>
    /// <exception cref="StorageException">It cannot be written.</exception>
    public static RunDirectory Resume(
        string path, RunDescription run, bool isForced, TimeProvider clock, Func<string, ConfigChange> change)
    {
        // Before the lock is made, so that a directory without a run is left as it was; behind it, nobody else writes.
        _ = RunInfo.Read(path);
        var exclusive = RunLock.Take(path);
        try
        {
            var found = RunInfo.Read(path);
            var now = RunInfo.Starting(run, clock.GetUtcNow());
            var (isExtended, reason) = ChangeOf(path, found, now, change);
            string[] differences =
                [.. (isExtended ? found with { ContentSha256 = now.ContentSha256 } : found).DifferencesTo(now)];
            if (differences.Length > 0 && !isForced)
            {
                var because = reason is null ? "" : $"; {reason}";
                throw new ConfigException(
                    $"{path}: resumed, the run would not be the same: {string.Join("; ", differences)}{ConfigDifference(path, run)}{because}; "
                    + "choose another --run, or go on all the same by --force");
            }

            var directory = new RunDirectory(path, found.GoneOnWith(now, isExtended), exclusive, clock)
            {
                IsForced = isForced,
                ProcessorChange = found.ProcessorChange(now),
            };
            directory.WriteInfo();
            directory.WriteConfig(run);
            RunReserve.Keep(path);
            return directory;
        }
        catch
        {
            exclusive.Dispose();
            throw;
        }
    }

    /// <summary>The path of a file in the directory.</summary>
    public string FilePath(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Notes in run.json how the run stands.</summary>
    /// <param name="status">Anything but running also notes the end.</param>
    /// <param name="error">Why it failed or diverged.</param>
    /// <exception cref="StorageException">The file cannot be written; it stays as it was.</exception>
    public void SetStatus(RunStatus status, string? error = null)
    {
        Info = Info with { Status = status, Error = error, End = status == RunStatus.Running ? null : _clock.GetUtcNow() };
        if (status != RunStatus.Running)
        {
            RunReserve.Release(Path);
        }

        WriteInfo();
    }

    /// <summary>Lets go of the directory, so that another process may take it.</summary>
    public void Dispose() => _lock.Dispose();

    private static string DefaultPath(string name, TimeProvider clock)
    {
        if (System.IO.Path.GetFileName(name) != name)
        {
            throw new ArgumentException($"{name} leaves the folder of runs", nameof(name));
        }

        var time = clock.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var first = System.IO.Path.Combine("runs", $"{name}-{time}");
        return Enumerable.Range(2, int.MaxValue - 2).Select(i => $"{first}-{i}").Prepend(first)
            .First(path => !System.IO.Path.Exists(path));
    }

    private static void RequireFree(string path)
    {
        if (!IsFree(path))
        {
            throw new ConfigException($"{path}: holds files already; choose another --run, or go on with a run by --resume");
        }
    }

    // A file that is not what run.json names says nothing about the run.
    private static ConfigChange ChangeOf(string path, RunInfo found, RunInfo now, Func<string, ConfigChange> change)
    {
        var file = System.IO.Path.Combine(path, ConfigName);
        return found.ConfigSha256 != now.ConfigSha256 && File.Exists(file)
            && File.ReadAllText(file).ReplaceLineEndings("\n") is var then && RunInfo.Sha256(then) == found.ConfigSha256
            ? change(then)
            : ConfigChange.Other;
    }

    private static string ConfigDifference(string path, RunDescription run)
    {
        var file = System.IO.Path.Combine(path, ConfigName);
        if (!File.Exists(file))
        {
            return "";
        }

        var (then, now) = (File.ReadAllLines(file), run.Config.Split('\n'));
        var line = then.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        return line < then.Length && line < now.Length
            ? $"; {ConfigName}:{line + 1} was `{then[line].Trim()}`, is `{now[line].Trim()}`"
            : "";
    }

    private void WriteInfo() => DurableFile.Write(FilePath(RunInfo.FileName), stream => stream.Write(Info.ToJson()));

    private void WriteConfig(RunDescription run)
    {
        Directory.CreateDirectory(CheckpointsPath);
        DurableFile.WriteText(FilePath(ConfigName), run.Config);
    }
}
