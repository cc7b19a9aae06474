using L2O.Data;
using L2O.Optimizees;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees;

public sealed class RescaledOptimizeeTests
{
    [Fact]
    public void StartsAreStretchedLossesStayAndGradientsShrink()
    {
        using var scope = NewDisposeScope();
        var inner = new FunctionOptimizee(theta => theta.square().sum(), [1, 3]);
        using var episode = new RescaledOptimizee(inner, scale: 10).Start(default);

        var theta = episode.InitialTheta();
        var (value, gradient) = episode.Minibatch(0, 0).WithGradient(theta);

        Assert.Equal([10, 30], theta.data<double>().ToArray());
        Assert.Equal(10, value.item<double>(), 1e-12);
        Assert.Equal(10, episode.Measure(theta, Split.Test).Loss, 1e-12);
        Assert.True(gradient.allclose(tensor([0.2, 0.6])));
    }
}
