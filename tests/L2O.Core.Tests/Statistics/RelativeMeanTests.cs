using L2O.Randomness;
using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Statistics;

public sealed class RelativeMeanTests
{
    private static readonly long?[] MetaSeeds = [1, 2, 3];
    private static readonly long[] Seeds = [1, 2, 3, 4];

    // Half, a third and a quarter of the reference on three optimizees, and a thousand times on a fourth: the middle two
    // are a third and a half.
    [Fact]
    public void ItIsTheTypicalRatioOverOptimizees()
    {
        var reference = Table((i, j) => 1 + i + (10 * j));
        double[] factors = [1 / 3.0, 1000, 1 / 2.0, 1 / 4.0];

        var mean = RelativeMean.Of(
            [.. factors.Select(factor => (Table((i, j) => factor * (1 + i + (10 * j))), reference))]);

        var expected = Math.Sqrt(1 / 6.0);
        Assert.All([mean.Mean, mean.Low, mean.High, mean.Least, mean.Most], ratio => Assert.Equal(expected, ratio, 1e-12));
        Assert.Equal((3, 4, 0), (mean.MetaSeedCount, mean.SeedCount, mean.DivergedCount));
    }

    // One optimizee: what a crossed mean of logarithms is.
    [Fact]
    public void WithOneOptimizeeItIsTheGeometricMeanOfItsRatios()
    {
        var numbers = RandomStreams.FromSeed(4).Scalars();
        var arm = Table((_, _) => Math.Exp(numbers.NextNormal()));
        var adam = new CrossedValues([null], Seeds, [[1, 2, 3, 4]]);
        double[][] logarithms = [.. arm.Rows.Select(row => row.Select((value, j) => Math.Log(value / (j + 1))).ToArray())];

        var mean = RelativeMean.Of([(arm, adam)]);

        var expected = CrossedMean.Of(new(MetaSeeds, Seeds, logarithms));
        Assert.Equal(Math.Exp(expected.Mean), mean.Mean, 1e-12);
        Assert.Equal(Math.Exp(expected.Low), mean.Low, 1e-12);
        Assert.Equal(Math.Exp(expected.High), mean.High, 1e-12);
        Assert.Equal(Math.Exp(expected.Most), mean.Most, 1e-12);
    }

    // One diverged run of one optimizee of four is in no middle half, but it is counted.
    [Fact]
    public void DivergedRunsAreCountedWhereverTheyStand()
    {
        var reference = Table((_, _) => 2);
        var diverged = Table((i, j) => i == 0 && j == 0 ? double.PositiveInfinity : 1);
        var undefined = Table((i, j) => i == 0 && j == 0 ? -1 : 1);
        var same = (Table((_, _) => 1), reference);

        var trimmed = RelativeMean.Of([same, same, same, (diverged, reference)]);
        var negative = RelativeMean.Of([same, same, same, (undefined, reference)]);

        Assert.Equal(0.5, trimmed.Mean, 1e-14);
        Assert.Equal(1, trimmed.DivergedCount);
        Assert.Equal((double.NaN, 1), (negative.Mean, negative.DivergedCount));
    }

    private static CrossedValues Table(Func<int, int, double> value) => new(
        MetaSeeds,
        Seeds,
        [.. MetaSeeds.Select((_, i) => Seeds.Select((_, j) => value(i, j)).ToArray())]);
}
