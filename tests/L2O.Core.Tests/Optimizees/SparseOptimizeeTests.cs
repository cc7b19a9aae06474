using L2O.Optimizees;
using L2O.Randomness;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees;

public sealed class SparseOptimizeeTests
{
    [Fact]
    public void EntriesAreLostWithTheProbabilityAndTheOthersStayAsTheyAre()
    {
        using var scope = NewDisposeScope();
        var inner = new FunctionOptimizee(theta => 3 * theta.sum(), new double[20_000]);
        using var episode = new SparseOptimizee(inner, probability: 0.9).Start(RandomStreams.FromSeed(1));
        var theta = episode.InitialTheta();

        var gradient = episode.Minibatch(0, 0).WithGradient(theta).Gradient;
        var next = episode.Minibatch(1, 0).WithGradient(theta).Gradient;

        // Four standard errors.
        Assert.Equal(0.9, gradient.eq(0).to(float64).mean().item<double>(), 4 * 0.3 / Math.Sqrt(20_000));
        Assert.Equal([0.0, 3.0], gradient.data<double>().ToArray().Distinct().Order());
        Assert.NotEqual(gradient, next);
    }
}
