using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Statistics;

public sealed class StudentTTests
{
    // Two-sided 95% points for 1 to 30 degrees of freedom, of any table of the distribution.
    private static readonly double[] Table =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    [Fact]
    public void QuantilesAreThoseOfTheTable() => Assert.All(
        Table, (expected, i) => Assert.Equal(expected, StudentT.TwoSidedQuantile(0.95, i + 1), 5.0001e-4));

    // With one, two and four degrees of freedom the distribution can be inverted.
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(0.999)]
    [InlineData(0.999999)]
    public void QuantilesHaveTheirClosedForms(double confidence)
    {
        var alpha = 1 - (confidence * confidence);
        var q = Math.Cos(Math.Acos(Math.Sqrt(alpha)) / 3) / Math.Sqrt(alpha);
        IsNear(Math.Tan(Math.PI * confidence / 2), StudentT.TwoSidedQuantile(confidence, 1));
        IsNear(confidence * Math.Sqrt(2 / alpha), StudentT.TwoSidedQuantile(confidence, 2));
        IsNear(2 * Math.Sqrt(q - 1), StudentT.TwoSidedQuantile(confidence, 4));
    }

    // The normal distribution's 1.959964, and the first terms in 1 / degrees of freedom.
    [Theory]
    [InlineData(1e4)]
    [InlineData(1e6)]
    public void ManyDegreesOfFreedomAreNearlyTheNormalDistribution(double degrees) =>
        IsNear(1.959963984540054 + (2.3722712 / degrees) + (2.8225 / degrees / degrees), StudentT.TwoSidedQuantile(0.95, degrees));

    // With t = sqrt(degrees) tan(angle) the density is a power of the cosine, here added up at 100,000 midpoints.
    [Theory]
    [InlineData(1.3)]
    [InlineData(2.75)]
    [InlineData(4.4)]
    [InlineData(17.9)]
    public void FractionalDegreesOfFreedomAgreeWithTheIntegralOfTheDensity(double degrees)
    {
        double Integral(double end) => Enumerable.Range(0, 100_000)
            .Sum(i => Math.Pow(Math.Cos((i + 0.5) / 100_000 * end), degrees - 1)) * end / 100_000;
        var quantile = StudentT.TwoSidedQuantile(0.95, degrees);

        var inside = Integral(Math.Atan(quantile / Math.Sqrt(degrees))) / Integral(Math.PI / 2);

        Assert.Equal(0.95, inside, 1e-7);
        Assert.Equal(0.05, StudentT.TwoSidedTail(quantile, degrees), 1e-12);
    }

    private static void IsNear(double expected, double actual) => Assert.Equal(expected, actual, 1e-8 * expected);
}
