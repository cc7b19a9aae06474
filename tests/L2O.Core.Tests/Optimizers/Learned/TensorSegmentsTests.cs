using L2O.Optimizers.Learned;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned;

public sealed class TensorSegmentsTests
{
    [Fact]
    public void MeansAreOverEachTensorAndSpreadBackOverIt()
    {
        using var scope = NewDisposeScope();
        var segments = new TensorSegments(new([new("a", 2, 1), new("none", 0), new("b"), new("c", 3)]));
        var values = tensor(new double[,] { { 1, 3, 5, 1, 2, 6 }, { 0, 0, -1, 9, 9, 9 } });

        var means = segments.Means(values);
        var spread = segments.Spread(means);

        Assert.Equal(3, segments.Count);
        Assert.Equal([2, 5, 3, 0, -1, 9], means.contiguous().data<double>().ToArray());
        Assert.Equal([2, 2, 5, 3, 3, 3, 0, 0, -1, 9, 9, 9], spread.data<double>().ToArray());
    }
}
