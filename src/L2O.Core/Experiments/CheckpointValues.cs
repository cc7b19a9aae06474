using System.Globalization;
using L2O.Errors;
using L2O.Tensors;
using TorchSharp;

namespace L2O.Experiments;

/// <summary>What a checkpoint file holds, looked up by name and checked.</summary>
/// <param name="path">For messages.</param>
/// <param name="file">As read.</param>
/// <param name="placement">Where tensors go.</param>
internal sealed class CheckpointValues(string path, SafetensorsFile file, Placement placement)
{
    private readonly Dictionary<string, torch.Tensor> _tensors =
        file.Tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor);

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
            ? placement.Place(tensor)
            : throw new CheckpointException(
                $"{path}: {name} is [{string.Join(", ", tensor.shape)}], this optimizer needs [{string.Join(", ", shape)}]; "
                + "use the config that the checkpoint was made with");
    }

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
}
