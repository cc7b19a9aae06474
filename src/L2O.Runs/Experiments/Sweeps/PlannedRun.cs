using L2O.Checkpoints;
using L2O.Configs;
using L2O.Optimizers;
using L2O.Options;
using L2O.Registration;
using L2O.Runs;
using L2O.Runs.Sweeps;

namespace L2O.Experiments.Sweeps;

/// <summary>A run of a sweep with its config.</summary>
/// <param name="Run">Where it is, and how it is begun.</param>
/// <param name="Path">Its directory.</param>
/// <param name="Config">Of a run that judges a training, without optimizers.</param>
/// <param name="Checkpoint">What it judges: a directory or a file; null of a training, and of a config's own optimizers.</param>
public sealed record PlannedRun(SweepRun Run, string Path, IOptions Config, string? Checkpoint)
{
    /// <summary>Whether a run was made under this config: its config, and what its checkpoint holds.</summary>
    /// <param name="info">Of the run in its directory.</param>
    internal ConfigChange? ChangeSince(RunInfo info)
    {
        if (info.Kind != Run.Kind)
        {
            return ConfigChange.Other;
        }

        if (Checkpoint is null)
        {
            return IsSame(info, Config) ? null : ConfigExtension.Of(File.ReadAllText(ConfigPathOf(Path)), Config);
        }

        return CheckpointSource.Find(Checkpoint) is { } file && CheckpointSource.Sha256Of(file) is not null && IsSame(info, ComparisonConfig.With((ComparisonConfig)Config, [file])) ? null : ConfigChange.Other;
    }

    // By content, because a folder of runs may be moved.
    private static bool IsSame(RunInfo info, IOptions config)
    {
        var files = config is ComparisonConfig comparison ? Checksums(comparison) : [];
        return info.ContentSha256 == RunInfo.Sha256(ConfigWriter.Write(config, Registry.Kinds, files));
    }

    private static Dictionary<string, string> Checksums(ComparisonConfig config) => config.Optimizers
        .SelectMany(entry => entry.Optimizer.All).Select(variant => variant.Options).OfType<CheckpointOptions>()
        .Select(options => options.Path).Distinct()
        .Select(path => (Path: path, Sha256: CheckpointSource.Sha256Of(path))).Where(file => file.Sha256 is not null)
        .ToDictionary(file => file.Path, file => $"sha256:{file.Sha256}");

    private static string ConfigPathOf(string run) => System.IO.Path.Combine(run, RunDirectory.ConfigName);
}
