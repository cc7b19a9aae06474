using L2O.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Randomness;

public sealed class NormalNumbersTests
{
    private static readonly RandomStreams Streams = RandomStreams.FromSeed(1);

    // The first fills no block, the others some and a part; all come from one generator.
    [Theory]
    [InlineData(ScalarType.Float32, 1e-6)]
    [InlineData(ScalarType.Float64, 1e-14)]
    public void ThoseOfRandn(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var generator = Streams.Generator("x");
        NormalNumbers normals = new(Streams.At("x"));

        foreach (long count in new[] { 16, 17, 31, 32, 1000, 2410 })
        {
            var expected = randn(count, dtype: type, generator: generator);
            var drawn = normals.Next(type, count);

            Assert.Equal(type, drawn.dtype);
            Assert.True((drawn - expected).abs().max().to(float64).item<double>() <= tolerance * 6, $"{count} numbers");
        }
    }

    [Fact]
    public void FewNumbersAreThoseABlockBeginsWith()
    {
        using var scope = NewDisposeScope();

        var few = new NormalNumbers(Streams.At("x")).Next(float64, 2, 3);
        var block = new NormalNumbers(Streams.At("x")).Next(float64, 16);

        Assert.Equal([2, 3], few.shape);
        Assert.Equal(block.data<double>().ToArray()[..6], few.data<double>().ToArray());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void MomentsAreThoseOfTheStandardNormalDistribution(ScalarType type)
    {
        using var scope = NewDisposeScope();

        var drawn = new NormalNumbers(Streams.At("x")).Next(type, 1_000_000).to(float64);

        Assert.Equal(0, drawn.mean().item<double>(), 5e-3);
        Assert.Equal(1, drawn.square().mean().item<double>(), 5e-3);
        Assert.Equal(0, drawn.pow(3).mean().item<double>(), 0.02);
        Assert.Equal(3, drawn.pow(4).mean().item<double>(), 0.05);
    }
}
