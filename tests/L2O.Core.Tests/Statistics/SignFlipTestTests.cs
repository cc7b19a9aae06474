using L2O.Randomness;
using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Statistics;

public sealed class SignFlipTestTests
{
    [Theory]
    [InlineData(new[] { 1.0 }, 1)]
    [InlineData(new[] { 0.0, 0 }, 1)]
    [InlineData(new[] { 1.0, 2, 3 }, 0.25)]
    [InlineData(new[] { -0.1, -0.2, -0.3 }, 0.25)]
    [InlineData(new[] { 0.5, 0.4, 0.3, 0.2, -0.1 }, 0.125)]
    public void HandCases(double[] differences, double expected) =>
        Assert.Equal(expected, SignFlipTest.PValue(differences, NoUniforms));

    [Fact]
    public void ItIsTheShareOfAllSignsThatAreAsFar()
    {
        var numbers = RandomStreams.FromSeed(6).Scalars();
        for (var count = 2; count <= 8; count++)
        {
            int[] values = [.. Enumerable.Range(0, count).Select(_ => numbers.NextInt32(21) - 7)];
            int[] sums = [0];
            foreach (var value in values)
            {
                sums = [.. sums.Select(sum => sum + value), .. sums.Select(sum => sum - value)];
            }

            var expected = sums.Average(sum => Math.Abs(sum) >= Math.Abs(values.Sum()) ? 1.0 : 0);

            // A tenth of whole numbers cannot be written exactly: ties count in spite of it.
            Assert.Equal(expected, SignFlipTest.PValue([.. values.Select(value => value / 10.0)], NoUniforms));
        }
    }

    // Seventeen pairs, 131,072 choices of signs, whose sums are added up number by number.
    [Fact]
    public void OfManyPairsASampleOfSignsIsNearAllOfThem()
    {
        int[] values = [.. Enumerable.Range(1, 17).Select(i => i % 3 == 0 ? -i : i)];
        var shares = new Dictionary<int, double> { [0] = 1 };
        foreach (var value in values)
        {
            shares = new[] { value, -value }
                .SelectMany(signed => shares.Select(pair => (Sum: pair.Key + signed, Share: pair.Value / 2)))
                .GroupBy(pair => pair.Sum, pair => pair.Share).ToDictionary(group => group.Key, Enumerable.Sum);
        }

        var exact = shares.Where(pair => Math.Abs(pair.Key) >= Math.Abs(values.Sum())).Sum(pair => pair.Value);
        double Sampled()
        {
            var numbers = RandomStreams.FromSeed(7).Scalars();
            return SignFlipTest.PValue([.. values.Select(value => (double)value)], () => numbers.NextDouble());
        }

        // Four standard errors of a share of 65,536.
        Assert.Equal(exact, Sampled(), 4 * Math.Sqrt(exact * (1 - exact) / SignFlipTest.SampledFlips));
        Assert.Equal(Sampled(), Sampled());
    }

    [Fact]
    public void OfNothingAndOfDivergedRunsThereIsNone()
    {
        Assert.Equal(double.NaN, SignFlipTest.PValue([], NoUniforms));
        Assert.Equal(double.NaN, SignFlipTest.PValue([1, double.PositiveInfinity], NoUniforms));
    }

    private static double NoUniforms() => throw new InvalidOperationException("Few pairs need no random numbers.");
}
