using L2O.MetaTraining;
using L2O.Randomness;
using L2O.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.MetaTraining;

public sealed class EvolutionStrategiesTests
{
    private const int SampleCount = 10_000;
    private const int UnrollCount = 3;
    private static readonly RandomStreams Streams = RandomStreams.FromSeed(1);

    // So small that the cubic part of the loss does not show.
    private static readonly EvolutionOptions OnePair = new() { Sigma = 1e-3, Pairs = 1 };

    [Fact]
    public void TheMeanEstimateOfAWholeEpisodeIsItsGradient()
    {
        using var scope = NewDisposeScope();
        var phi = MomentumOnABowl.Phi();

        var samples = Samples(at =>
            EvolutionStrategies.Estimate(MomentumOnABowl.Unroll(length: 6), phi, MomentumOnABowl.Start, OnePair, at)
                .MetaGradient);

        Assert.InRange(Deviation(samples, MomentumOnABowl.Gradient(length: 6)), 0, 3);
    }

    [Fact]
    public void PersistentEstimatesOfShortUnrollsAddUpToTheWholeEpisodesGradient()
    {
        using var scope = NewDisposeScope();
        var exact = MomentumOnABowl.Gradient(length: 6);

        var persistent = Samples(Persistent);
        var truncated = Samples(Truncated);

        Assert.InRange(Deviation(persistent, exact), 0, 3);
        Assert.True(Deviation(truncated, exact) > 10, "truncation should be seen to bias the estimate");
    }

    [Fact]
    public void PairsAreAveraged()
    {
        using var scope = NewDisposeScope();
        var phi = tensor(new[] { 0.3, -0.7 });
        var slope = tensor(new[] { 2.0, 5.0 });
        var options = new EvolutionOptions { Sigma = 0.5, Pairs = 4 };
        IReadOnlyList<UnrollOutcome<long>> Linear(IReadOnlyList<UnrollAt<long>> unrolls) =>
        [
            .. unrolls.Select(unroll => new UnrollOutcome<long>(
                new(unroll.Phi.dot(slope).item<double>(), MetaLoss: 5, unroll.Start, RegularizerValue: null), unroll.Start + 1)),
        ];

        var result = EvolutionStrategies.Estimate(Linear, phi, 7L, options, Streams);
        var persistent = PersistentEvolutionStrategies.Estimate(
            Linear, phi, PersistentEvolutionStrategies.Start(phi, 7L, options), options, Streams);

        var expected = zeros_like(phi);
        for (var pair = 0; pair < 4; pair++)
        {
            var noise = Perturbations.Noise(phi, options, Streams, pair);
            expected += noise * noise.dot(slope) / (0.25 * 4);
        }

        Golden.AssertClose(expected.data<double>().ToArray(), result.MetaGradient, 1e-12);
        Golden.AssertClose(expected.data<double>().ToArray(), persistent.MetaGradient, 1e-12);
        Assert.Equal((8, phi.dot(slope).item<double>()), (result.End, Math.Round(result.Score.Objective, 12)));
        Assert.Equal((5, 7, null), (result.Score.MetaLoss, result.Score.FinalLoss, result.Score.RegularizerValue));
        Assert.All(persistent.End, pair => Assert.Equal((8, 8), (pair.Plus, pair.Minus)));
    }

    [Fact]
    public void TheSameStreamsGiveTheSameBits()
    {
        using var scope = NewDisposeScope();

        var first = Persistent(Streams);
        manual_seed(5);
        var second = Persistent(Streams);
        var other = Persistent(RandomStreams.FromSeed(2));

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void EstimatesLeaveNothingBehindButWhatTheyReturn()
    {
        using var scope = NewDisposeScope();
        var phi = zeros(3);
        IReadOnlyList<UnrollOutcome<Tensor>> Unroll(IReadOnlyList<UnrollAt<Tensor>> unrolls) =>
            [.. unrolls.Select(unroll => new UnrollOutcome<Tensor>(new(0, 0, 0), unroll.IsEndNeeded ? unroll.Start + 1 : unroll.Start))];
        var options = new EvolutionOptions { Pairs = 4 };
        var start = zeros(2);
        var pairs = PersistentEvolutionStrategies.Start(phi, start, options);
        static long LiveCount() => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        var before = LiveCount();
        EvolutionStrategies.Estimate(Unroll, phi, start, options, Streams);
        var between = LiveCount();
        PersistentEvolutionStrategies.Estimate(Unroll, phi, pairs, options, Streams);

        // The gradient and the end; the gradient and, for each pair, the noise so far and two ends.
        Assert.Equal((2, 1 + (4 * 3)), (between - before, LiveCount() - between));
    }

    private static double[] Persistent(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        var phi = MomentumOnABowl.Phi();
        var pairs = PersistentEvolutionStrategies.Start(phi, MomentumOnABowl.Start, OnePair);
        var sum = zeros_like(phi);
        for (var unroll = 0; unroll < UnrollCount; unroll++)
        {
            var result = PersistentEvolutionStrategies.Estimate(
                MomentumOnABowl.Unroll(length: 2), phi, pairs, OnePair, streams.At("unroll", unroll));
            (pairs, sum) = (result.End, sum + result.MetaGradient);
        }

        return sum.data<double>().ToArray();
    }

    private static double[] Truncated(RandomStreams streams)
    {
        using var scope = NewDisposeScope();
        var phi = MomentumOnABowl.Phi();
        var state = MomentumOnABowl.Start;
        var sum = zeros_like(phi);
        for (var unroll = 0; unroll < UnrollCount; unroll++)
        {
            var result = EvolutionStrategies.Estimate(
                MomentumOnABowl.Unroll(length: 2), phi, state, OnePair, streams.At("unroll", unroll));
            (state, sum) = (result.End, sum + result.MetaGradient);
        }

        return sum.data<double>().ToArray();
    }

    private static double[][] Samples(Func<RandomStreams, Tensor> estimate) => Samples(at =>
    {
        using var scope = NewDisposeScope();
        return estimate(at).data<double>().ToArray();
    });

    private static double[][] Samples(Func<RandomStreams, double[]> estimate) =>
        [.. Enumerable.Range(0, SampleCount).Select(i => estimate(Streams.At("sample", i)))];

    /// <summary>How far the samples' mean is from the truth, in standard errors, at the worst entry.</summary>
    private static double Deviation(double[][] samples, double[] exact) => exact.Select((value, entry) =>
    {
        var mean = samples.Average(sample => sample[entry]);
        var variance = samples.Sum(sample => Math.Pow(sample[entry] - mean, 2)) / (samples.Length - 1);
        return Math.Abs(mean - value) / Math.Sqrt(variance / samples.Length);
    }).Max();
}
