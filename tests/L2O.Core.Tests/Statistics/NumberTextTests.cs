using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Statistics;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData(0.408812, "0.4088")]
    [InlineData(-2.50671, "-2.507")]
    [InlineData(2, "2.000")]
    [InlineData(1234.567, "1235")]
    [InlineData(99999, "99999")]
    [InlineData(0.0012346, "0.001235")]
    [InlineData(0, "0")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void OrdinaryNumbersHaveFourDigits(double value, string text) => Assert.Equal(text, NumberText.Of(value));

    [Theory]
    [InlineData(1e30, "1.000e30")]
    [InlineData(-3.40282e38, "-3.403e38")]
    [InlineData(100000, "1.000e5")]
    [InlineData(1.5e-7, "1.500e-7")]
    public void OthersHaveAnExponent(double value, string text) => Assert.Equal(text, NumberText.Of(value));

    [Theory]
    [InlineData(0.408812, 0.4472, "0.4088 ±0.038")]
    [InlineData(1e30, 1.26e30, "1.000e30 ±2.6e29")]
    [InlineData(5, double.NaN, "5.000")]
    public void AMeanStandsBesideHalfItsInterval(double mean, double high, string text) =>
        Assert.Equal(text, NumberText.OfMean(mean, high));

    [Theory]
    [InlineData(0, "0:00:00")]
    [InlineData(59.9, "0:00:59")]
    [InlineData(3723, "1:02:03")]
    [InlineData(360000, "100:00:00")]
    public void ATimeIsHoursMinutesAndSeconds(double seconds, string text) => Assert.Equal(text, NumberText.OfTime(seconds));
}
