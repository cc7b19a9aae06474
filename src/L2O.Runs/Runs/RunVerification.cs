using L2O.Configs;
using L2O.Errors;

namespace L2O.Runs;

/// <summary>A run directory that is looked at and not touched; nobody can go on with the run meanwhile.</summary>
public sealed class RunVerification : IDisposable
{
    private readonly IDisposable? _lock;

    /// <summary>Opens a run.</summary>
    /// <param name="path">Its directory.</param>
    /// <exception cref="ConfigException">There is no run, or a process is at work on it.</exception>
    /// <exception cref="CheckpointException">Its run.json is damaged.</exception>
    public RunVerification(string path)
    {
        _ = RunInfo.Read(path);
        _lock = RunLock.TakeToRead(path);
        Path = path;
        Info = RunInfo.Read(path);
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>What run.json says.</summary>
    public RunInfo Info { get; }

    /// <summary>The effective config.</summary>
    public string ConfigPath => FilePath(RunDirectory.ConfigName);

    /// <summary>The effective config as it was written: an editor that adds other line ends changes nothing that counts.</summary>
    internal string RecordedConfig => ConfigSource.FromFile(ConfigPath, []).Text.ReplaceLineEndings("\n");

    internal string CheckpointsPath => FilePath("checkpoints");

    internal bool IsComplete => Info.Status == RunStatus.Completed;

    /// <summary>Whether the config is the one that the run was made with.</summary>
    public RunCheck Config() => RunCheck.Of(() =>
    {
        var sha256 = RunInfo.Sha256(RecordedConfig);
        return sha256 == Info.ConfigSha256
            ? $"{ConfigPath}: as {RunInfo.FileName} has it; {Info.Kind} {Info.Name}, {Info.Status.ToString().ToLowerInvariant()}"
            : throw new CheckpointException(
                $"{ConfigPath}: is not the config that {RunInfo.FileName} names, its SHA-256 is {sha256}; start a new run");
    });

    /// <summary>Whether this program, on this machine's data, would go on with the run.</summary>
    /// <param name="now">What resuming would ask.</param>
    /// <param name="isForced">Goes on where it would not be the same.</param>
    public RunCheck Sameness(RunDescription now, bool isForced) => RunCheck.Of(() =>
    {
        var asked = RunInfo.Starting(now, Info.Start);
        string[] differences = [.. Info.DifferencesTo(asked)];
        return (differences.Length, isForced) switch
        {
            (0, _) => $"{Path}: made by this program, with these data{Also(Info.ProcessorChange(asked))}",
            (_, true) => $"{Path}: {string.Join("; ", differences)}; done again all the same",
            _ => throw new CheckpointException(
                $"{Path}: resumed, the run would not be the same: {string.Join("; ", differences)}; "
                + "verify it with the program and data that made it, or all the same by --force"),
        };
    });

    /// <summary>What doing rows again gave; where they differ, with the reason that need be no damage.</summary>
    /// <param name="replay">Of rows.</param>
    /// <param name="now">What resuming would ask.</param>
    public RunCheck OnThisProcessor(RunCheck replay, RunDescription now) => replay.IsOk
        ? replay
        : replay with { Text = replay.Text + Also(Info.ProcessorChange(RunInfo.Starting(now, Info.Start))) };

    private static string Also(string? change) => change is null ? "" : $"; it {change}";

    /// <inheritdoc/>
    public void Dispose() => _lock?.Dispose();

    internal string FilePath(string name) => System.IO.Path.Combine(Path, name);
}
