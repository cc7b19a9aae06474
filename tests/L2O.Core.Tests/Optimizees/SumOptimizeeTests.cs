using L2O.Data;
using L2O.Optimizees;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees;

public sealed class SumOptimizeeTests
{
    [Fact]
    public void LossesAddUpAndEachTermHasParametersOfItsOwn()
    {
        using var scope = NewDisposeScope();
        var sum = new SumOptimizee(
        [
            new FunctionOptimizee(theta => theta.square().sum(), [1, 2]),
            new FunctionOptimizee(theta => 5 * theta.sum(), [3]),
        ]);
        using var episode = sum.Start(default);

        var theta = episode.InitialTheta();
        var (value, gradient) = episode.Minibatch(0, 0).WithGradient(theta);

        Assert.Equal(["term_1/theta", "term_2/theta"], sum.Layout.Shapes.Select(shape => shape.Name));
        Assert.Equal([1, 2, 3], theta.data<double>().ToArray());
        Assert.Equal(20, value.item<double>());
        Assert.Equal(20, episode.Measure(theta, Split.Test).Loss);
        Assert.Equal([2, 4, 5], gradient.data<double>().ToArray());
    }
}
