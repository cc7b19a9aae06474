using System.Collections;
using System.Globalization;
using L2O.Optimizers;
using L2O.Storage;
using TorchSharp;

namespace L2O.Checkpoints;

/// <summary>What a checkpoint is going to hold, under the names that <see cref="CheckpointValues"/> looks up.</summary>
internal sealed class CheckpointContents
{
    private readonly List<(string Name, torch.Tensor Tensor)> _tensors = [];
    private readonly Dictionary<string, string> _metadata = [];

    /// <summary>
    /// A record whole: every property that can be set, and so on into records and lists of them. A new property is stored
    /// without another line of code; one of a type that cannot be is an error, at once.
    /// </summary>
    /// <param name="prefix">Stands before the names; empty for none.</param>
    /// <param name="record">Made of numbers, truth values, texts, tensors, optimizers' states, lists and records of these.</param>
    /// <param name="except">Names of properties of the record itself that are stored in another way.</param>
    internal void AddRecord(string prefix, object record, params IReadOnlyCollection<string> except)
    {
        foreach (var (property, name) in CheckpointKeys.Of(record.GetType()))
        {
            if (!except.Contains(property.Name))
            {
                Add(CheckpointKeys.Join(prefix, name), property.GetValue(record));
            }
        }
    }

    /// <summary>One value, of any type that a record's property may have.</summary>
    internal void Add(string name, object? value)
    {
        switch (value)
        {
            case null:
                _metadata.Add(name, CheckpointKeys.None);
                break;
            case torch.Tensor tensor:
                _tensors.Add((name, tensor));
                break;
            case RuleState state:
                AddList(name, state.Tensors);
                Add(CheckpointKeys.Join(name, "steps"), state.StepCount);
                break;
            case double number:
                _metadata.Add(name, number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case string or long or int or bool:
                _metadata.Add(name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
                break;
            case IEnumerable list:
                AddList(name, [.. list.Cast<object>()]);
                break;
            case { } when CheckpointKeys.IsRecord(value.GetType()):
                AddRecord(name, value);
                break;
            default:
                throw new ArgumentException($"{name} is {value.GetType()}, which checkpoints do not hold", nameof(value));
        }
    }

    internal SafetensorsFile ToFile() => new(_tensors, _metadata);

    private void AddList(string name, IReadOnlyList<object> items)
    {
        Add(name, items.Count);
        foreach (var (i, item) in items.Index())
        {
            Add(CheckpointKeys.Join(name, $"{i}"), item);
        }
    }
}
