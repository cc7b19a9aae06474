using System.Globalization;
using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizees;

/// <summary>What parameters share a random factor.</summary>
public enum ScalingLevel
{
    /// <summary>There is no factor.</summary>
    None,

    /// <summary>All parameters.</summary>
    Whole,

    /// <summary>Those of one tensor, for instance of a layer's weights.</summary>
    Tensor,

    /// <summary>Each has its own.</summary>
    Parameter,
}

/// <summary>
/// Random factors of parameters. For each episode one of the levels and one of the ranges is drawn, all alike, and then
/// the factors, whose logarithms are uniform.
/// </summary>
public sealed class RandomScaling
{
    private readonly IReadOnlyList<ScalingLevel> _levels;
    private readonly IReadOnlyList<(double Middle, double HalfWidth)> _logarithms;

    /// <summary>Factors within one of several ranges.</summary>
    /// <param name="levels">One or more.</param>
    /// <param name="ranges">One or more, each of a smallest and a largest factor above 0.</param>
    public RandomScaling(IReadOnlyList<ScalingLevel> levels, IReadOnlyList<double[]> ranges)
        : this(levels, [.. ranges.Select(range => MiddleAndHalfWidth(Math.Log(range[0]), Math.Log(range[1])))])
    {
    }

    /// <summary>Factors r with log r between minus and plus a bound.</summary>
    /// <param name="levels">One or more.</param>
    /// <param name="bound">0 or more.</param>
    public RandomScaling(IReadOnlyList<ScalingLevel> levels, double bound)
        : this(levels, [(0, bound)])
    {
    }

    private RandomScaling(IReadOnlyList<ScalingLevel> levels, IReadOnlyList<(double Middle, double HalfWidth)> logarithms) =>
        (_levels, _logarithms) = (levels, logarithms);

    /// <summary>The address of what is drawn; a scaling around another needs one of its own.</summary>
    internal string Purpose { get; init; } = "random_scaling";

    /// <summary>An episode's factors: [N], or [1] for all parameters; null for none. Float64, in the caller's scope.</summary>
    /// <param name="layout">Of the parameters.</param>
    /// <param name="streams">Of the episode.</param>
    internal Tensor? Factors(ParameterLayout layout, RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        return Drawn(_levels, streams.At($"{Purpose}_level")) switch
        {
            ScalingLevel.None => null,
            ScalingLevel.Whole => Draw(1, streams).MoveToOuterDisposeScope(),
            ScalingLevel.Tensor => OfTensors(layout, Draw(layout.Shapes.Count, streams)).MoveToOuterDisposeScope(),
            _ => Draw(layout.Count, streams).MoveToOuterDisposeScope(),
        };
    }

    private Tensor Draw(long count, RandomStreams streams)
    {
        var (middle, halfWidth) = Drawn(_logarithms, streams.At($"{Purpose}_range"));
        var uniform = (RandomTensors.Uniform(streams, Purpose, count) * 2) - 1;
        return ((uniform * halfWidth) + middle).exp();
    }

    private static Tensor OfTensors(ParameterLayout layout, Tensor factors) =>
        cat([.. layout.Shapes.Select((shape, i) => factors[i].expand(shape.Count))]);

    private static T Drawn<T>(IReadOnlyList<T> values, RandomStreams streams) =>
        values[streams.Scalars().NextInt32(values.Count)];

    private static (double Middle, double HalfWidth) MiddleAndHalfWidth(double low, double high) =>
        ((low + high) / 2, (high - low) / 2);

    /// <summary>What is wrong with the keys random_scaling_levels and random_scaling_ranges.</summary>
    /// <param name="levels">What the first says.</param>
    /// <param name="ranges">What the second says.</param>
    /// <param name="isScaled">Whether there are factors at all.</param>
    internal static IEnumerable<OptionProblem> Problems(
        IReadOnlyList<ScalingLevel> levels, IReadOnlyList<double[]> ranges, bool isScaled) =>
    [
        .. Require.NotEmpty("random_scaling_levels", levels),
        .. Require.That(
            isScaled || levels is [] or [ScalingLevel.Parameter],
            "random_scaling_levels",
            "would never count; give random_scaling_ranges too"),
        .. Require.Each("random_scaling_ranges", ranges, (key, range) => Require.That(
            range is [> 0, var high] && range[0] <= high && double.IsFinite(high),
            key,
            $"is [{string.Join(", ", range.Select(end => end.ToString("R", CultureInfo.InvariantCulture)))}]; "
            + "choose two numbers above 0, the smaller one first")),
    ];
}
