using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Statistics;

public sealed class StatisticsTests
{
    [Fact]
    public void OfOneToFiveHasStudentsInterval()
    {
        var statistics = SampleMean.Of([1, 2, 3, 4, 5]);

        Assert.Equal(3, statistics.Mean);
        Assert.Equal(Math.Sqrt(2.5), statistics.StandardDeviation, 1e-12);
        Assert.Equal(3 - (2.776 * Math.Sqrt(0.5)), statistics.Low, 1e-3);
        Assert.Equal(3 + (2.776 * Math.Sqrt(0.5)), statistics.High, 1e-3);
    }

    [Fact]
    public void OfOneNumberHasNoSpread()
    {
        var statistics = SampleMean.Of([2.5]);

        Assert.Equal(2.5, statistics.Mean);
        Assert.True(double.IsNaN(statistics.StandardDeviation));
        Assert.True(double.IsNaN(statistics.Low));
    }

    [Fact]
    public void OfNothingIsNotANumber() => Assert.True(double.IsNaN(SampleMean.Of([]).Mean));

    [Fact]
    public void ADivergedRunMakesTheMeanInfinite() =>
        Assert.Equal(double.PositiveInfinity, SampleMean.Of([1, double.PositiveInfinity]).Mean);

    // 95% points for 40, 60 and 120 degrees of freedom.
    [Theory]
    [InlineData(41, 2.021)]
    [InlineData(61, 2.000)]
    [InlineData(121, 1.980)]
    public void LargeSamplesUseTheRightQuantile(int count, double quantile)
    {
        var statistics = SampleMean.Of([.. Enumerable.Range(0, count).Select(i => (double)i)]);

        var half = quantile * statistics.StandardDeviation / Math.Sqrt(count);
        Assert.Equal(statistics.Mean + half, statistics.High, 1e-3 * half);
    }
}
