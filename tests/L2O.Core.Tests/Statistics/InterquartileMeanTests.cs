using L2O.Randomness;
using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Statistics;

public sealed class InterquartileMeanTests
{
    [Theory]
    [InlineData(new[] { 5.0 }, 5)]
    [InlineData(new[] { 1.0, 4 }, 2.5)]
    [InlineData(new[] { 9.0, 1, 2 }, 3)]
    [InlineData(new[] { 100.0, 3, -7, 4 }, 3.5)]
    public void HandCases(double[] values, double expected) => Assert.Equal(expected, InterquartileMean.Of(values), 1e-14);

    // Four times each value has a whole number of values in each quarter.
    [Fact]
    public void ItIsTheMeanOfTheMiddleHalfOfEachValueFourTimes()
    {
        var numbers = RandomStreams.FromSeed(3).Scalars();
        for (var count = 1; count <= 20; count++)
        {
            double[] values = [.. Enumerable.Range(0, count).Select(_ => numbers.NextNormal())];
            var slow = values.SelectMany(value => Enumerable.Repeat(value, 4)).Order().Skip(count).Take(2 * count).Average();

            Assert.Equal(slow, InterquartileMean.Of(values), 1e-14);
        }
    }

    [Fact]
    public void InfinityCountsOnlyInTheMiddleHalf()
    {
        Assert.Equal(2.5, InterquartileMean.Of([1, 2, 3, double.PositiveInfinity]));
        Assert.Equal(double.PositiveInfinity, InterquartileMean.Of([1, 2, double.PositiveInfinity]));
        Assert.Equal(double.NaN, InterquartileMean.Of([1, 2, 3, double.NaN]));
        Assert.Equal(double.NaN, InterquartileMean.Of([]));
    }
}
