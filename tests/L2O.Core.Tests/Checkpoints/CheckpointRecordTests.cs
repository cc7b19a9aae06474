using System.Collections;
using L2O.Checkpoints;
using L2O.Errors;
using L2O.MetaTraining;
using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Checkpoints;

/// <summary>What a checkpoint remembers is one record: what is in it is stored, without another line of code.</summary>
public sealed class CheckpointRecordTests
{
    private static readonly TensorOptions _cpu = new(CPU, ScalarType.Float64);

    private sealed record Part(Tensor Value, long Count);

    private sealed record Whole(
        Part First,
        Part? Second,
        IReadOnlyList<Part> Parts,
        IReadOnlyList<Tensor> Tensors,
        RuleState State,
        double Number,
        int Small,
        bool IsLast,
        string? Word)
    {
        public long Later { get; init; } = -1;
    }

    // A field that is added to the state is in the graph that this fills and compares, so it cannot be forgotten in silence.
    [Fact]
    public void EverythingInTheStateOfMetaTrainingComesBack()
    {
        using var scope = NewDisposeScope();
        var count = 0;
        var state = (MetaTrainingState)Filled(typeof(MetaTrainingState), "state", ref count);
        var blankCount = 1000;
        var template = (MetaTrainingState)Filled(typeof(MetaTrainingState), "state", ref blankCount);

        var read = Stored(state).Record("", template);

        Assert.Equal(Leaves(state), Leaves(read));
        Assert.NotEqual(Leaves(template), Leaves(read));
        Assert.True(count > 30, $"{count} leaves");
    }

    [Fact]
    public void WhatIsAbsentComesBackAbsent()
    {
        using var scope = NewDisposeScope();
        var whole = Example(1) with { Second = null, Word = null };

        var read = Stored(whole).Record("", Example(5));

        Assert.Null(read.Second);
        Assert.Null(read.Word);
        Assert.Equal(Leaves(whole), Leaves(read));
    }

    [Fact]
    public void ALaterKeyThatAnOlderFileLacksIsSaidToBeThatWithTheVersionThatWroteIt()
    {
        using var scope = NewDisposeScope();
        CheckpointContents contents = new();
        contents.Add(CheckpointKeys.Format, CheckpointKeys.FormatValue);
        contents.Add(CheckpointKeys.Version, "0.1.7");
        contents.AddRecord("", Example(1), nameof(Whole.Later));

        var error = Assert.Throws<CheckpointException>(
            () => new CheckpointValues("a.safetensors", contents.ToFile(), _cpu).Record("", Example(5)));

        Assert.StartsWith(
            "a.safetensors: does not say its later, which this version needs; it was written by version 0.1.7;",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherShapeOrLengthIsRefused()
    {
        using var scope = NewDisposeScope();
        var stored = Stored(Example(1));

        var shape = Assert.Throws<CheckpointException>(
            () => stored.Record("", Example(5) with { First = new(zeros(3, dtype: float64), 0) }));
        var length = Assert.Throws<CheckpointException>(() => stored.Record("", Example(5) with { Parts = [] }));

        Assert.Contains("first/value is [2], this optimizer needs [3]", shape.Message, StringComparison.Ordinal);
        Assert.Contains("has 1 of parts, this config has 0", length.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATypeThatCannotBeStoredIsAnErrorAtOnce()
    {
        CheckpointContents contents = new();

        Assert.Throws<ArgumentException>(() => contents.Add("date", DateTime.UnixEpoch));
    }

    // What an optimizer remembers is stored as its tensors and its steps, so there may be nothing else.
    [Fact]
    public void StatesOfOptimizersRememberTensorsAndStepsAlone()
    {
        string[] derived = ["Streams", "Segments"];
        var others = typeof(RuleState).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RuleState)))
            .SelectMany(type => CheckpointKeys.Of(type).Select(entry => entry.Property))
            .Where(property => property.PropertyType != typeof(Tensor) && !property.PropertyType.IsAssignableTo(typeof(IEnumerable))
                && !property.PropertyType.IsAssignableTo(typeof(RuleState)) && property.Name != nameof(RuleState.StepCount)
                && !derived.Contains(property.Name));

        Assert.Empty(others.Select(property => $"{property.DeclaringType?.Name}.{property.Name}"));
    }

    private static Whole Example(double value) => new(
        new(Numbers(value), 1),
        new(Numbers(value + 1), 2),
        [new(Numbers(value + 2), 3)],
        [Numbers(value + 3), Numbers(value + 4)],
        new AdamState(Numbers(value + 5), Numbers(value + 6)) { StepCount = (long)value },
        value / 3,
        (int)value,
        value < 3,
        $"word {value}")
    {
        Later = (long)value,
    };

    private static Tensor Numbers(double value) => tensor([value, -value], dtype: float64);

    private static CheckpointValues Stored(object record)
    {
        CheckpointContents contents = new();
        contents.Add(CheckpointKeys.Format, CheckpointKeys.FormatValue);
        contents.AddRecord("", record);
        return new("a.safetensors", contents.ToFile(), _cpu);
    }

    // A value of a type with no default anywhere: every leaf is another number.
    private static object Filled(Type type, string name, ref int count)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            var items = Array.CreateInstance(type.GetGenericArguments()[0], 2);
            items.SetValue(Filled(type.GetGenericArguments()[0], name, ref count), 0);
            items.SetValue(Filled(type.GetGenericArguments()[0], name, ref count), 1);
            return items;
        }

        if (type == typeof(RuleState))
        {
            return new AdamState(Numbers(++count), Numbers(++count)) { StepCount = ++count };
        }

        object? leaf = type switch
        {
            _ when type == typeof(Tensor) => Numbers(++count),
            _ when type == typeof(long) => (long)++count,
            _ when type == typeof(int) => ++count,
            _ when type == typeof(double) => ++count / 3.0,
            _ when type == typeof(bool) => ++count < 1000,
            _ when type == typeof(string) => $"{++count}",
            _ => null,
        };
        return leaf ?? FilledRecord(type, name, ref count);
    }

    private static object FilledRecord(Type type, string name, ref int count)
    {
        Assert.True(CheckpointKeys.IsRecord(type), $"{name}: {type} is no record");
        var constructor = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length);
        List<object> arguments = [];
        foreach (var parameter in constructor?.GetParameters() ?? [])
        {
            arguments.Add(Filled(parameter.ParameterType, $"{name}.{parameter.Name}", ref count));
        }

        var record = constructor?.Invoke([.. arguments]) ?? throw new InvalidOperationException(name);
        foreach (var (property, _) in CheckpointKeys.Of(type))
        {
            property.SetValue(record, Filled(property.PropertyType, $"{name}.{property.Name}", ref count));
        }

        return record;
    }

    private static IReadOnlyList<string> Leaves(object? value, string name = "") => value switch
    {
        null => [$"{name}: null"],
        Tensor tensor => [$"{name}: {string.Join(' ', tensor.data<double>().ToArray())}"],
        string or ValueType => [FormattableString.Invariant($"{name}: {value}")],
        IEnumerable list => [.. list.Cast<object>().SelectMany((item, i) => Leaves(item, $"{name}[{i}]"))],
        _ =>
        [
            .. CheckpointKeys.Of(value.GetType()).OrderBy(entry => entry.Name, StringComparer.Ordinal)
                .SelectMany(entry => Leaves(entry.Property.GetValue(value), $"{name}.{entry.Name}")),
        ],
    };
}
