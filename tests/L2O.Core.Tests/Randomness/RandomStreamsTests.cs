using L2O.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Randomness;

public sealed class RandomStreamsTests
{
    [Fact]
    public void TheSameAddressDrawsTheSameNumbersWhateverWasDrawnBefore()
    {
        using var scope = NewDisposeScope();

        var first = Draw(RandomStreams.FromSeed(1), "minibatch", 3, 4);
        manual_seed(9);
        _ = Draw(RandomStreams.FromSeed(1), "minibatch", 3, 5);
        var second = Draw(RandomStreams.FromSeed(1), "minibatch", 3, 4);

        Assert.Equal(first, second);
    }

    [Fact]
    public void EveryPartOfTheAddressCounts()
    {
        var streams = RandomStreams.FromSeed(1);
        ulong[] firsts =
        [
            First(streams), First(RandomStreams.FromSeed(2)), First(streams.At("a")), First(streams.At("b")),
            First(streams.At("a", 0)), First(streams.At("a", 1)), First(streams.At("a", 0, 1)),
            First(streams.At("a", 1, 0)), First(streams.At("a", 0).At("a", 1)), First(streams.At("aa")),
            First(RandomStreams.FromSeed(1L << 32)), First(RandomStreams.FromSeed(0)),
        ];

        Assert.Equal(firsts.Length, firsts.Distinct().Count());
    }

    [Fact]
    public void GeneratorsOfManyAddressesDiffer()
    {
        using var scope = NewDisposeScope();
        var streams = RandomStreams.FromSeed(7);

        var draws = Enumerable.Range(0, 2000).Select(i => Draw(streams, "minibatch", i)[0]).ToHashSet();

        Assert.Equal(2000, draws.Count);
    }

    [Fact]
    public void GeneratorsDrawUniformAndNormalNumbers()
    {
        using var scope = NewDisposeScope();
        using var generator = RandomStreams.FromSeed(3).Generator("test");

        var uniform = rand(200_000, dtype: float64, generator: generator);
        var normal = randn(200_000, dtype: float64, generator: generator);

        Assert.Equal(0.5, uniform.mean().item<double>(), 0.005);
        Assert.Equal(1.0 / 12, uniform.var().item<double>(), 0.002);
        Assert.Equal(0, normal.mean().item<double>(), 0.01);
        Assert.Equal(1, normal.var().item<double>(), 0.02);
    }

    [Fact]
    public void ScalarsAreUniformAndNormal()
    {
        var scalars = RandomStreams.FromSeed(3).At("test").Scalars();
        var counts = new int[7];
        double sum = 0, sumOfSquares = 0;
        for (var i = 0; i < 70_000; i++)
        {
            counts[scalars.NextInt32(7)]++;
            var normal = scalars.NextNormal();
            sum += normal;
            sumOfSquares += normal * normal;
        }

        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.Equal(0, sum / 70_000, 0.02);
        Assert.Equal(1, sumOfSquares / 70_000, 0.03);
    }

    private static ulong First(RandomStreams streams) => streams.Scalars().NextUInt64();

    private static double[] Draw(RandomStreams streams, string purpose, params long[] indices)
    {
        using var generator = streams.Generator(purpose, indices);
        return rand(8, dtype: float64, generator: generator).data<double>().ToArray();
    }
}
