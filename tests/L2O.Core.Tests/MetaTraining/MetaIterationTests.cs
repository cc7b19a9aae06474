using L2O.MetaTraining;
using L2O.Randomness;
using Xunit;

namespace L2O.Tests.MetaTraining;

public sealed class MetaIterationTests
{
    private static readonly RandomStreams Streams = RandomStreams.FromSeed(1);

    [Fact]
    public void UnrollsAreEqualAndStepsThatFillNoneAreLeftOut() => Assert.Equal(
        [20, 20, 20], MetaIteration.At(new() { Steps = 70, Unroll = 20 }, 0, Streams).Lengths);

    [Fact]
    public void AStageOfTheCurriculumSaysHowManyUnrollsThereAre()
    {
        var options = new MetaOptions { Unroll = 20, Curriculum = new() { Stages = [100, 200] } };

        Assert.Equal([5, 10], new[] { 0, 1 }.Select(stage => MetaIteration.At(options, stage, Streams).Lengths.Count));
    }

    // Exponential draws of mean 40 and 20 above 10, cut at 30, as the reference systems have them: the share of draws cut
    // is exp(-19.5/40) and exp(-19.5/20).
    [Fact]
    public void RandomUnrollsHaveTheSharesAndMeansOfTheirDistribution()
    {
        var options = new MetaOptions { RandomUnroll = new() };
        MetaIteration[] all =
        [
            .. Enumerable.Range(0, 4000).Select(i => MetaIteration.At(options, 0, Streams.At("iteration", i))),
        ];
        double[] counts = [.. all.Select(iteration => (double)iteration.Lengths.Count)];
        double[] lengths = [.. all.Select(iteration => (double)iteration.Lengths[0])];

        // Three standard errors of 4,000 draws.
        Assert.Equal(Math.Exp(-19.5 / 40), counts.Average(count => count == 30 ? 1.0 : 0), 0.024);
        Assert.Equal(Math.Exp(-19.5 / 20), lengths.Average(length => length == 30 ? 1.0 : 0), 0.024);
        Assert.Equal(25.7, counts.Average(), 0.35);
        Assert.Equal(22.6, lengths.Average(), 0.4);
        Assert.All(counts.Concat(lengths), value => Assert.InRange(value, 10, 30));
    }

    [Fact]
    public void TheStageDecidesHowManyIterationsImitate()
    {
        var options = new MetaOptions { Imitation = new() { Ratios = [0, 0.3] } };
        double Share(int stage) => Enumerable.Range(0, 4000)
            .Average(i => MetaIteration.At(options, stage, Streams.At("iteration", i)).IsImitation ? 1.0 : 0);

        Assert.Equal(0, Share(0));
        Assert.Equal(0.3, Share(1), 0.022);
        Assert.Equal(Share(1), Share(2));
    }
}
