using System.Globalization;
using L2O.MetaTraining;
using L2O.Optimizers;
using L2O.Storage;
using TorchSharp;

namespace L2O.Checkpoints;

/// <summary>What a checkpoint is going to hold, under the names that <see cref="CheckpointValues"/> looks up.</summary>
internal sealed class CheckpointContents
{
    private readonly List<(string Name, torch.Tensor Tensor)> _tensors = [];
    private readonly Dictionary<string, string> _metadata = [];

    internal void Add(string key, string value) => _metadata.Add(key, value);

    internal void Add(string key, long value) => Add(key, value.ToString(CultureInfo.InvariantCulture));

    internal void Add(string key, double value) => Add(key, value.ToString("R", CultureInfo.InvariantCulture));

    internal void Add(string name, torch.Tensor tensor) => _tensors.Add((name, tensor));

    /// <summary>An optimizer's memory: its tensors by number, and its steps.</summary>
    internal void Add(string name, OptimizerState state)
    {
        AddAll(state.Tensors, index => $"{name}/{index}", Add);
        Add($"{name}/steps", state.StepCount);
    }

    internal void Add(string name, EpisodeState episode)
    {
        Add($"{name}/reference", episode.Reference);
        AddAll(episode.Runs, index => $"{name}/run/{index}", Add);
        AddAll(episode.Perturbations, index => $"{name}/perturbation/{index}", Add);
    }

    /// <summary>Several things under numbered names.</summary>
    internal static void AddAll<T>(IReadOnlyList<T> values, Func<int, string> name, Action<string, T> add)
    {
        for (var i = 0; i < values.Count; i++)
        {
            add(name(i), values[i]);
        }
    }

    internal SafetensorsFile ToFile() => new(_tensors, _metadata);

    private void Add(string name, UnrollState run)
    {
        Add($"{name}/step", run.Step);
        Add($"{name}/theta", run.Theta);
        if (run.Optimizer is { } optimizer)
        {
            Add($"{name}/optimizer", optimizer);
        }

        if (run.Memory is { } memory)
        {
            Add($"{name}/memory", memory);
        }

        if (run.Teacher is { } teacher)
        {
            Add($"{name}/teacher", teacher);
        }
    }
}
