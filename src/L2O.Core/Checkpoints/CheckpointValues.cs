using System.Collections;
using System.Globalization;
using L2O.Errors;
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
    private readonly Dictionary<string, torch.Tensor> _tensors =
        Ours(path, file).Tensors.ToDictionary(entry => entry.Name, entry => entry.Tensor);

    /// <summary>Phi [P] from its named tensors, in the caller's scope.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, too many, or of another shape or type: the first such.</exception>
    internal torch.Tensor Phi(ParameterLayout layout)
    {
        var parts = layout.Shapes.Select(shape => Floating(CheckpointKeys.PhiPrefix + shape.Name, shape.Shape)).ToArray();
        var known = layout.Shapes.Select(shape => CheckpointKeys.PhiPrefix + shape.Name).ToHashSet(StringComparer.Ordinal);
        var more = file.Tensors.FirstOrDefault(
            entry => entry.Name.StartsWith(CheckpointKeys.PhiPrefix, StringComparison.Ordinal) && !known.Contains(entry.Name)).Name;
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

    /// <summary>A record that <see cref="CheckpointContents.AddRecord"/> stored; its tensors belong to the caller's scope.</summary>
    /// <param name="prefix">As it was stored.</param>
    /// <param name="template">Has the shapes, the lengths of lists, and every part that may be there.</param>
    /// <param name="except">Names of properties that keep the template's values.</param>
    /// <exception cref="CheckpointException">Something is missing, or has another shape, length or type: the first such.</exception>
    internal T Record<T>(string prefix, T template, params IReadOnlyCollection<string> except)
        where T : class
    {
        var clone = template.GetType().GetMethod("<Clone>$")?.Invoke(template, null)
            ?? throw new ArgumentException($"{template.GetType()} is no record", nameof(template));
        foreach (var (property, name) in CheckpointKeys.Of(template.GetType()).Where(entry => !except.Contains(entry.Property.Name)))
        {
            property.SetValue(clone, Value(CheckpointKeys.Join(prefix, name), property.PropertyType, property.GetValue(template)));
        }

        return (T)clone;
    }

    /// <summary>A list that was stored as part of a record.</summary>
    /// <param name="name">As it was stored.</param>
    /// <param name="templates">One for each item.</param>
    internal IReadOnlyList<T> List<T>(string name, IReadOnlyList<T> templates)
        where T : class => [.. Items(name, templates).Cast<T>()];

    /// <summary>An optimizer's state, with the shapes of a blank one.</summary>
    internal RuleState State(string name, RuleState blank)
    {
        var tensors = List(name, blank.Tensors);
        var index = 0;
        return blank.Map(_ => tensors[index++]) with { StepCount = Whole(CheckpointKeys.Join(name, "steps")) };
    }

    internal string Word(string key) => file.Metadata.TryGetValue(key, out var text)
        ? text
        : throw new CheckpointException(
            $"{path}: does not say its {key}, which this version needs; it was written by version "
            + $"{file.Metadata.GetValueOrDefault(CheckpointKeys.Version, "0.1.0 or older")}; go on with that version, or start a new run "
            + "(its optimizer can be evaluated all the same)");

    internal long Whole(string key) =>
        long.TryParse(Word(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new CheckpointException($"{path}: {key} is {Word(key)}, not a whole number; start a new run");

    internal double Number(string key) =>
        double.TryParse(Word(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new CheckpointException($"{path}: {key} is {Word(key)}, not a number; start a new run");

    private object? Value(string name, Type type, object? template) =>
        BareValue(name, Nullable.GetUnderlyingType(type) ?? type, template);

    private object? BareValue(string name, Type type, object? template) => template switch
    {
        _ when file.Metadata.GetValueOrDefault(name) == CheckpointKeys.None => null,
        torch.Tensor tensor => Tensor(name, tensor.shape),
        RuleState state => State(name, state),
        _ when type == typeof(long) => Whole(name),
        _ when type == typeof(int) => (int)Whole(name),
        _ when type == typeof(double) => Number(name),
        _ when type == typeof(bool) => bool.TryParse(Word(name), out var value)
            ? value
            : throw new CheckpointException($"{path}: {name} is {Word(name)}, not true or false; start a new run"),
        _ when type == typeof(string) => Word(name),
        IReadOnlyList<double> => Numbers(name),
        IEnumerable items => ListOf(type.GetGenericArguments()[0], Items(name, [.. items.Cast<object>()])),
        { } record => Record(name, record),
        null => throw new ArgumentException($"{name} is stored, and the template lacks it", nameof(template)),
    };

    // As many as were stored: numbers have no shape that a template could know.
    private double[] Numbers(string name)
    {
        List<double> numbers = [];
        for (var count = Whole(name); numbers.Count < count;)
        {
            numbers.Add(Number(CheckpointKeys.Join(name, $"{numbers.Count}")));
        }

        return [.. numbers];
    }

    private object[] Items(string name, IReadOnlyList<object> templates) => Whole(name) == templates.Count
        ? [.. templates.Select((item, i) => Value(CheckpointKeys.Join(name, $"{i}"), item.GetType(), item) ?? item)]
        : throw new CheckpointException(
            $"{path}: has {Whole(name)} of {name}, this config has {templates.Count}; "
            + "use the config that the checkpoint was made with");

    private static Array ListOf(Type item, object[] values)
    {
        var list = Array.CreateInstance(item, values.Length);
        values.CopyTo(list, 0);
        return list;
    }

    private torch.Tensor Floating(string name, long[] shape) =>
        _tensors.TryGetValue(name, out var tensor) && !tensor.is_floating_point()
            ? throw new CheckpointException($"{path}: {name} holds {tensor.dtype}, not floating point; use another checkpoint")
            : Tensor(name, shape);

    private static SafetensorsFile Ours(string path, SafetensorsFile file) =>
        file.Metadata.GetValueOrDefault(CheckpointKeys.Format) is CheckpointKeys.FormatValue
            ? file
            : throw new CheckpointException(
                $"{path}: has format {file.Metadata.GetValueOrDefault(CheckpointKeys.Format) ?? "unknown"}, this program reads {CheckpointKeys.FormatValue}; "
                + "use a checkpoint of l2o train");
}
