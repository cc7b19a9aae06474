using L2O.Options;
using L2O.Randomness;

namespace L2O.MetaTraining;

/// <summary>
/// Random numbers and lengths of unrolls, exponentially distributed above a least value, so that phi does not tune itself
/// to one horizon (Wichrowska et al. 2017, arXiv 1703.04813).
/// </summary>
public sealed record RandomUnrollOptions : IOptions
{
    /// <summary>Mean of what is added to the least number of unrolls.</summary>
    public double MeanUnrolls { get; init; } = 40;

    /// <summary>Least number of unrolls.</summary>
    public int LeastUnrolls { get; init; } = 10;

    /// <summary>Most unrolls; larger draws are cut to it.</summary>
    public int MostUnrolls { get; init; } = 30;

    /// <summary>Mean of what is added to the least length.</summary>
    public double MeanLength { get; init; } = 20;

    /// <summary>Least steps of an unroll.</summary>
    public int LeastLength { get; init; } = 10;

    /// <summary>Most steps of an unroll; larger draws are cut to it.</summary>
    public int MostLength { get; init; } = 30;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.NotNegative("mean_unrolls", MeanUnrolls), .. Require.NotNegative("mean_length", MeanLength),
        .. Require.AtLeast("least_unrolls", LeastUnrolls, 1), .. Require.AtLeast("least_length", LeastLength, 1),
        .. Require.InOrder("least_unrolls", LeastUnrolls, "most_unrolls", MostUnrolls),
        .. Require.InOrder("least_length", LeastLength, "most_length", MostLength),
    ];
}

/// <summary>What a meta-iteration is going to be; follows from its number, its stage and the run's seed alone.</summary>
/// <param name="Lengths">Steps of each of its unrolls.</param>
/// <param name="IsImitation">Whether a teacher is imitated instead of the meta-loss lowered.</param>
internal sealed record MetaIteration(IReadOnlyList<int> Lengths, bool IsImitation)
{
    /// <summary>The meta-iteration of a number and a stage.</summary>
    /// <param name="options">Lengths, curriculum, imitation.</param>
    /// <param name="stage">Of the curriculum.</param>
    /// <param name="streams">The meta-iteration's random numbers.</param>
    public static MetaIteration At(MetaOptions options, int stage, RandomStreams streams) => new(
        options.RandomUnroll is { } random ? Drawn(random, streams) : Fixed(options, options.StepsIn(stage)),
        options.Imitation is { } imitation && streams.At("imitation").Scalars().NextDouble() < imitation.RatioIn(stage));

    /// <summary>Equal unrolls; steps that do not fill one are left out.</summary>
    internal static int[] Fixed(MetaOptions options, int steps) =>
        [.. Enumerable.Repeat(options.Unroll, steps / options.Unroll)];

    private static int[] Drawn(RandomUnrollOptions options, RandomStreams streams)
    {
        var count = Exponential(
            options.MeanUnrolls, options.LeastUnrolls, options.MostUnrolls, streams.At("unroll_count"));
        return
        [
            .. Enumerable.Range(0, count).Select(unroll => Exponential(
                options.MeanLength, options.LeastLength, options.MostLength, streams.At("unroll_length", unroll))),
        ];
    }

    private static int Exponential(double mean, int least, int most, RandomStreams streams) =>
        (int)Math.Min(most, least + Math.Round(-mean * Math.Log(1 - streams.Scalars().NextDouble())));
}
