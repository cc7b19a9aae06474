using L2O.Randomness;
using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Statistics;

public sealed class RankCorrelationTests
{
    // Of the 10 pairs of points 5 agree, 2 disagree, 1 is tied in x and 2 are in y: (5 - 2) / sqrt(9 * 8).
    [Fact]
    public void WithTiesItIsTheHandCase() => Assert.Equal(
        3 / Math.Sqrt(72), RankCorrelation.KendallTauB([(1, 1), (2, 3), (2, 2), (3, 3), (4, 2)]), 1e-15);

    [Fact]
    public void OrderAloneCounts()
    {
        (double X, double Y)[] points = [(1, 10), (2, 20), (3, 1000)];

        Assert.Equal(1, RankCorrelation.KendallTauB(points));
        Assert.Equal(-1, RankCorrelation.KendallTauB([.. points.Select(point => (point.X, -point.Y))]));
    }

    [Fact]
    public void OfOneValueThereIsNone() => Assert.Equal(double.NaN, RankCorrelation.KendallTauB([(1, 1), (1, 2)]));

    // Twelve independent pairs: tau has mean 0 and variance 2 (2n + 5) / (9 n (n - 1)). The percentile interval is known
    // to be short for few pairs; of 300 intervals 95% would be 285.
    [Fact]
    public void IntervalsCoverZeroForIndependentNumbersMostly()
    {
        var streams = RandomStreams.FromSeed(5);
        bool Covers(int repetition)
        {
            var numbers = streams.At("numbers", repetition).Scalars();
            (double, double)[] pairs = [.. Enumerable.Range(0, 12).Select(_ => (numbers.NextDouble(), numbers.NextDouble()))];
            var correlation = RankCorrelation.Of(pairs, resamples: 200, Uniforms(streams.At("bootstrap", repetition)));
            return correlation is { Low: <= 0, High: >= 0 };
        }

        Assert.InRange(Enumerable.Range(0, 300).Count(Covers), 260, 295);
    }

    [Fact]
    public void PairsWithANaNDoNotCount()
    {
        (double, double)[] known = [(1, 2), (2, 1), (3, 5), (4, 4), (5, 3), (6, 8), (7, 6), (8, 7)];

        var all = RankCorrelation.Of([.. known, (double.NaN, 3), (7, double.NaN)], resamples: 100, Uniforms(RandomStreams.FromSeed(1)));

        Assert.Equal(RankCorrelation.Of(known, resamples: 100, Uniforms(RandomStreams.FromSeed(1))), all);
        Assert.Equal(8, all.Count);
    }

    // Pairs in order: tau is 1 of any number of them, and so is every resample's.
    [Theory]
    [InlineData(0, null, null)]
    [InlineData(2, null, null)]
    [InlineData(3, null, null)]
    [InlineData(4, 1.0, null)]
    [InlineData(7, 1.0, null)]
    [InlineData(8, 1.0, 1.0)]
    public void OfFewPairsThereIsNoIntervalAndOfVeryFewNoCorrelation(int count, double? tau, double? end) => Assert.Equal(
        new(tau, end, end, count),
        RankCorrelation.Of(
            Enumerable.Range(0, count).Select(i => ((double)i, (double)i)), resamples: 50, Uniforms(RandomStreams.FromSeed(1))));

    private static Func<int, Func<double>> Uniforms(RandomStreams streams) => resample =>
    {
        var numbers = streams.At("resample", resample).Scalars();
        return () => numbers.NextDouble();
    };
}
