using System.Globalization;
using L2O.Errors;
using L2O.MetaTraining;
using L2O.Optimizers;
using L2O.Storage;
using L2O.Tensors;
using TorchSharp;

namespace L2O.Checkpoints;

/// <summary>What a checkpoint file holds, looked up by name and checked.</summary>
/// <param name="path">For messages.</param>
/// <param name="file">As read.</param>
/// <param name="tensorOptions">Where tensors go.</param>
internal sealed class CheckpointValues(string path, SafetensorsFile file, TensorOptions tensorOptions)
{
    /// <summary>What `format` must say.</summary>
    internal const string Format = "l2o/1";

    /// <summary>Stands before the names of phi's tensors.</summary>
    internal const string PhiPrefix = "optimizer/";

    private readonly Dictionary<string, torch.Tensor> _tensors =
        Ours(path, file).Tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor);

    /// <summary>Phi [P] from its named tensors, in the caller's scope.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, too many, or of another shape or type: the first such.</exception>
    internal torch.Tensor Phi(ParameterLayout layout)
    {
        var parts = layout.Shapes.Select(shape => Floating(PhiPrefix + shape.Name, shape.Shape)).ToArray();
        var known = layout.Shapes.Select(shape => PhiPrefix + shape.Name).ToHashSet(StringComparer.Ordinal);
        var more = file.Tensors.FirstOrDefault(
            entry => entry.Name.StartsWith(PhiPrefix, StringComparison.Ordinal) && !known.Contains(entry.Name)).Name;
        return more is null
            ? layout.Join(parts)
            : throw new CheckpointException(
                $"{path}: has {more}, which this optimizer lacks; use the config that the checkpoint was made with");
    }

    internal bool Has(string name) => _tensors.ContainsKey(name);

    /// <summary>A tensor of a known shape, in the caller's scope.</summary>
    internal torch.Tensor Tensor(string name, long[] shape)
    {
        if (!_tensors.TryGetValue(name, out var tensor))
        {
            throw new CheckpointException(
                $"{path}: has no {name}, which this optimizer needs; use the config that the checkpoint was made with");
        }

        return tensor.shape.AsSpan().SequenceEqual(shape)
            ? tensorOptions.Convert(tensor)
            : throw new CheckpointException(
                $"{path}: {name} is [{string.Join(", ", tensor.shape)}], this optimizer needs [{string.Join(", ", shape)}]; "
                + "use the config that the checkpoint was made with");
    }

    /// <summary>An optimizer's memory, with the shapes of a blank one.</summary>
    internal OptimizerState State(string name, OptimizerState blank)
    {
        var index = 0;
        return blank.Map(tensor => Tensor($"{name}/{index++}", tensor.shape)) with { StepCount = Whole($"{name}/steps") };
    }

    /// <summary>Whether the file says anything of an optimizee instance.</summary>
    internal bool HasEpisode(string name) => file.Metadata.ContainsKey($"{name}/reference");

    /// <summary>An optimizee instance, with the shapes of a blank one.</summary>
    internal EpisodeState Episode(string name, EpisodeState blank) => new(
        Number($"{name}/reference"),
        [.. blank.Runs.Select((run, i) => Run($"{name}/run/{i}", run))],
        [.. blank.Perturbations.Select((tensor, i) => Tensor($"{name}/perturbation/{i}", tensor.shape))]);

    private UnrollState Run(string name, UnrollState blank) => new(
        Whole($"{name}/step"),
        Tensor($"{name}/theta", blank.Theta.shape),
        blank.Optimizer is { } optimizer ? State($"{name}/optimizer", optimizer) : null,
        Has($"{name}/memory") ? Tensor($"{name}/memory", blank.Theta.shape) : null,
        blank.Teacher is { } teacher ? State($"{name}/teacher", teacher) : null);

    internal string Word(string key) => file.Metadata.TryGetValue(key, out var text)
        ? text
        : throw new CheckpointException($"{path}: does not say its {key}; it was not written by this program");

    internal long Whole(string key) =>
        long.TryParse(Word(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new CheckpointException($"{path}: {key} is {Word(key)}, not a whole number; start a new run");

    internal double Number(string key) =>
        double.TryParse(Word(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new CheckpointException($"{path}: {key} is {Word(key)}, not a number; start a new run");

    private torch.Tensor Floating(string name, long[] shape) =>
        _tensors.TryGetValue(name, out var tensor) && !tensor.is_floating_point()
            ? throw new CheckpointException($"{path}: {name} holds {tensor.dtype}, not floating point; use another checkpoint")
            : Tensor(name, shape);

    private static SafetensorsFile Ours(string path, SafetensorsFile file) =>
        file.Metadata.GetValueOrDefault("format") is Format
            ? file
            : throw new CheckpointException(
                $"{path}: has format {file.Metadata.GetValueOrDefault("format") ?? "unknown"}, this program reads {Format}; "
                + "use a checkpoint of l2o train");
}
