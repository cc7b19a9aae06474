using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Statistics;

public sealed class CrossedMeanTests
{
    // Means of rows 2, 4 and 6, of columns 3, 4 and 5; residuals 1 -1 0, 0 0 0 and -1 1 0: mean squares 12, 3 and 1.
    // The variance is (12 + 3 - 1) / 9 with 14^2 / (12^2 / 2 + 3^2 / 2 + 1^2 / 4) degrees of freedom.
    [Fact]
    public void TheIntervalAllowsForBothKindsOfSeeds()
    {
        var mean = CrossedMean.Of(new([1, 2, 3], [1, 2, 3], [[2, 1, 3], [3, 4, 5], [4, 7, 7]]));

        var half = StudentT.TwoSidedQuantile(0.95, 196 / (72 + 4.5 + 0.25)) * Math.Sqrt(14 / 9.0);
        Assert.Equal(4, mean.Mean, 1e-14);
        Assert.Equal(4 - half, mean.Low, 1e-12);
        Assert.Equal(4 + half, mean.High, 1e-12);
        Assert.Equal(new(mean.Mean, mean.Low, mean.High, Least: 1, Most: 7, 3, 3, DivergedCount: 0, LeftOutCount: 0), mean);
    }

    [Fact]
    public void AHandcraftedOptimizerHasStudentsIntervalOverItsSeeds()
    {
        double[] values = [1, 2, 3, 4, 5];

        var mean = CrossedMean.Of(new([null], [1, 2, 3, 4, 5], [values]));

        var sample = SampleMean.Of(values);
        Assert.Equal(sample.Low, mean.Low, 1e-14);
        Assert.Equal(sample.High, mean.High, 1e-14);
        Assert.Equal((3, 0, 5), (mean.Mean, mean.MetaSeedCount, mean.SeedCount));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 5)]
    [InlineData(5, 2)]
    public void OfFewReplicatesThereIsTheLeastAndTheGreatestValueAlone(int metaSeedCount, int seedCount)
    {
        long[] seeds = [.. Enumerable.Range(0, seedCount)];
        double[][] rows = [.. Enumerable.Range(0, metaSeedCount).Select(i => seeds.Select(j => i + (10.0 * j)).ToArray())];

        var mean = CrossedMean.Of(new([.. Enumerable.Range(0, metaSeedCount)], seeds, rows));

        Assert.Equal((0, metaSeedCount - 1 + (10.0 * (seedCount - 1))), (mean.Least, mean.Most));
        Assert.Equal((double.NaN, double.NaN), (mean.Low, mean.High));
        Assert.Equal((mean.Least + mean.Most) / 2, mean.Mean, 1e-12);
    }

    [Fact]
    public void OfTwoSeedsAHandcraftedOptimizerHasNoInterval() =>
        Assert.Equal(new(2, double.NaN, double.NaN, 1, 3, 0, 2, 0, 0), CrossedMean.Of(new([null], [1, 2], [[1, 3]])));

    [Fact]
    public void DivergedRunsAreInTheMeanAndCounted()
    {
        var infinite = CrossedMean.Of(new([1, 2, 3], [1, 2, 3], [[1, 2, 3], [1, double.PositiveInfinity, 3], [1, 2, 3]]));
        var undefined = CrossedMean.Of(new([1, 2, 3], [1, 2, 3], [[1, 2, 3], [1, double.NaN, 3], [1, double.NaN, 3]]));

        Assert.Equal(
            new(double.PositiveInfinity, double.NaN, double.NaN, 1, double.PositiveInfinity, 3, 3, 1, 0), infinite);
        Assert.Equal(new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, 3, 3, 2, 0), undefined);
    }

    // As of a loss in double precision just before it is infinite.
    [Fact]
    public void WhereTheVarianceOverflowsThereIsNoInterval() => Assert.Equal(
        new(0, double.NaN, double.NaN, -1e300, 1e300, 3, 3, 0, 0),
        CrossedMean.Of(new([1, 2, 3], [1, 2, 3], [[1e300, 0, 0], [0, -1e300, 0], [0, 0, 0]])));

    [Fact]
    public void ValuesThatAreLeftOutAreCounted() => Assert.Equal(
        1, CrossedMean.Of(CrossedValues.Of([new(1, 1, 1), new(1, 2, 2), new(2, 1, 3)])).LeftOutCount);

    [Fact]
    public void WhereNothingDiffersTheIntervalIsAPoint() => Assert.Equal(
        new(2, 2, 2, 2, 2, 3, 3, 0, 0), CrossedMean.Of(new([1, 2, 3], [1, 2, 3], [[2, 2, 2], [2, 2, 2], [2, 2, 2]])));

    [Fact]
    public void OfNothingThereIsNoMean() => Assert.Equal(
        new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, 0, 0, 0, 0), CrossedMean.Of(CrossedValues.Of([])));
}
