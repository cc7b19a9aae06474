using L2O.Data;
using L2O.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Data;

public sealed class MinibatchTests
{
    [Theory]
    [InlineData(55_000, 128)]
    [InlineData(7, 1)]
    [InlineData(60_000, 2_000)]
    [InlineData(1, 5)]
    public void IndicesAreThoseThatLibtorchDraws(long count, int size)
    {
        var streams = RandomStreams.FromSeed(3).At("minibatch", 4, 0);
        using var scope = NewDisposeScope();
        using var generator = streams.Generator("examples");
        var expected = randint(count, size, dtype: int64, generator: generator);

        var indices = Minibatch.Indices(count, size, streams);

        Assert.Equal(expected.data<long>(), indices.Select(index => (long)index));
    }

    [Fact]
    public void CopiesAreOfTheIndices()
    {
        using var scope = NewDisposeScope();
        using var examples = new Examples(arange(12, dtype: float32).view(4, 1, 1, 3), arange(4, dtype: int64));

        var (inputs, labels) = Minibatch.Of(examples, [2, 0, 2]);

        Assert.Equal([3L, 1, 1, 3], inputs.shape);
        Assert.Equal([2L, 0, 2], labels.data<long>());
        Assert.Equal([6f, 7, 8, 0, 1, 2, 6, 7, 8], inputs.data<float>());
    }
}
