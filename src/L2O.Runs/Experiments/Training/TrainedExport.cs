using L2O.Checkpoints;
using L2O.Errors;
using L2O.Runs;
using L2O.Storage;
using static TorchSharp.torch;

namespace L2O.Experiments.Training;

/// <summary>The optimizer that a run trained, alone in a file to keep and to give away: its parameters, and where they come from.</summary>
public static class TrainedExport
{
    // What a reader wants to know, of all that a run's checkpoint says to go on from it.
    private static readonly string[] _kept =
        [CheckpointKeys.Format, CheckpointKeys.Version, CheckpointKeys.Optimizer, "iteration", "best_validation", "data_sha256"];

    /// <summary>Writes a run's best checkpoint, without what only going on needs.</summary>
    /// <param name="run">A run of train.</param>
    /// <param name="path">Replaced if it is there; the folders above it are made.</param>
    /// <exception cref="ConfigException">It is no such run.</exception>
    /// <exception cref="CheckpointException">The checkpoint is missing or damaged.</exception>
    /// <exception cref="StorageException">The file cannot be written; it stays as it was.</exception>
    public static void Write(string run, string path)
    {
        var info = RunInfo.Read(run);
        if (info.Kind != "train")
        {
            throw new ConfigException($"{run}: is a run of {info.Kind}; choose one of train");
        }

        using var scope = NewDisposeScope();
        var source = CheckpointFolder.BestIn(run) ?? throw new CheckpointException($"{run}: has no checkpoint yet; train longer");
        var file = Safetensors.Read(source);
        var metadata = file.Metadata.Where(entry => _kept.Contains(entry.Key)).ToDictionary();
        metadata["config"] = File.ReadAllText(Path.Combine(run, RunDirectory.ConfigName));
        metadata["command"] =
            $"l2o train {RunDirectory.ConfigName}{string.Concat(info.Plugins.Keys.Select(name => $" --plugin {name}.dll"))}";
        metadata["commit"] = info.GitCommit ?? "";
        metadata["processor"] = info.Processor ?? "";
        Safetensors.WriteWithFolders(
            path,
            [.. file.Tensors.Where(tensor => tensor.Name.StartsWith(CheckpointKeys.PhiPrefix, StringComparison.Ordinal))],
            metadata);
    }
}
