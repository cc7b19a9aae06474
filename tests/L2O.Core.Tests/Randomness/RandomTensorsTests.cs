using System.Runtime.InteropServices;
using L2O.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Randomness;

public sealed class DrawTests
{
    private static readonly RandomStreams Streams = RandomStreams.FromSeed(1);

    [Fact]
    public void UniformNumbersAreThoseOfRand()
    {
        using var scope = NewDisposeScope();
        using var generator = Streams.Generator("x");

        var expected = rand([40, 50], dtype: float64, generator: generator);

        Assert.Equal(expected.data<double>().ToArray(), RandomTensors.Uniform(Streams, "x", 40, 50).data<double>().ToArray());
    }

    // 256 TB.
    [Fact]
    public void NotEnoughMemoryThrows()
    {
        Assert.Throws<ExternalException>(() => RandomTensors.Uniform(Streams, "x", 1L << 45));
        Assert.Throws<ExternalException>(() => RandomTensors.Normal(Streams, "x", 1L << 45));
    }
}
