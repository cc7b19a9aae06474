using L2O.Options;

namespace L2O.Configs;

/// <summary>One value that varies between the variants of an entry.</summary>
public sealed record Axis
{
    internal Axis(string[] path, IReadOnlyList<ConfigNode> nodes, bool isList)
    {
        Path = path;
        Nodes = nodes;
        IsList = isList;
    }

    /// <summary>Dotted, below the entry.</summary>
    public string Key => string.Join('.', Path);

    /// <summary>As text, in the order written.</summary>
    public IReadOnlyList<string> Values => [.. Nodes.Select(ConfigWriter.OneLine)];

    /// <summary>Whether a value is the smallest or the largest of a list of numbers.</summary>
    /// <param name="at">Which value.</param>
    internal bool IsEdge(int at)
    {
        double[] numbers = [.. Values.Select(text => ConfigScalar.Number(text) ?? double.NaN)];
        return IsList && new Grid(numbers).IsEdge(numbers[at]);
    }

    internal string[] Path { get; }

    internal IReadOnlyList<ConfigNode> Nodes { get; }

    /// <summary>Whether it was written as a list where one number belongs.</summary>
    internal bool IsList { get; }
}

/// <summary>One of the concrete values that an entry stands for.</summary>
/// <param name="Options">Bound and validated like any other.</param>
/// <param name="At">For each axis, which of its values this has.</param>
/// <param name="Label">What sets it apart: "learning_rate=0.0003"; empty where nothing varies.</param>
public sealed record Variant<T>(T Options, IReadOnlyList<int> At, string Label);

/// <summary>
/// The concrete values that one entry of a list stands for. A list where one number belongs, or a map with the single
/// key `choice` in place of any value, is an axis; variants are the product of all axes, the last one fastest. Tuned,
/// it is a grid; sampled, a distribution.
/// </summary>
public sealed class Variants<T> : IVariants
    where T : IOptions
{
    /// <summary>An entry that stands for itself.</summary>
    public Variants(T options)
        : this([], [new(options, [], "")])
    {
    }

    /// <summary>One variant for each number of a grid.</summary>
    /// <param name="key">Of the number, in the entry.</param>
    /// <param name="grid">The numbers.</param>
    /// <param name="make">The options with a number.</param>
    internal static Variants<T> Over(string key, Grid grid, Func<double, T> make)
    {
        Axis[] axes = grid.Values.Count > 1
            ? [new([key], [.. grid.Values.Select(value => ConfigScalar.Write(value))], isList: true)]
            : [];
        return new(axes, [.. grid.Values.Select((value, i) =>
        {
            int[] at = [.. axes.Select(_ => i)];
            return new Variant<T>(make(value), at, VariantAxes.Label(axes, at));
        })]);
    }

    private Variants(IReadOnlyList<Axis> axes, IReadOnlyList<Variant<T>> all)
    {
        Axes = axes;
        All = all;
    }

    /// <summary>What varies; empty where the entry stands for itself.</summary>
    public IReadOnlyList<Axis> Axes { get; }

    /// <summary>The product of the axes; at least one.</summary>
    public IReadOnlyList<Variant<T>> All { get; }

    object IVariants.First => All[0].Options;

    /// <summary>Makes variants of a type that only reflection knows.</summary>
    internal static Variants<T> Of(IReadOnlyList<Axis> axes, IEnumerable<Variant<object>> all) =>
        new(axes, [.. all.Select(variant => new Variant<T>((T)variant.Options, variant.At, variant.Label))]);
}

/// <summary>Variants, whatever their type.</summary>
internal interface IVariants
{
    IReadOnlyList<Axis> Axes { get; }

    object First { get; }
}
