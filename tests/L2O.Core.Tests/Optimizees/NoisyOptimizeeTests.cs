using L2O.Optimizees;
using L2O.Randomness;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees;

public sealed class NoisyOptimizeeTests
{
    private static readonly FunctionOptimizee _exact = new(theta => theta.square().sum(), new double[20_000]);

    [Fact]
    public void GradientsAreOffByNormalNoiseOfTheDeviation()
    {
        using var scope = NewDisposeScope();
        using var episode = new NoisyOptimizee(_exact, deviation: 0.5).Start(RandomStreams.FromSeed(1));

        var (value, noise) = episode.Minibatch(3, 0).WithGradient(episode.InitialTheta());

        // Four standard errors.
        Assert.Equal(0, noise.mean().item<double>(), 4 * 0.5 / Math.Sqrt(20_000));
        Assert.Equal(0.5, noise.std().item<double>(), 4 * 0.5 / Math.Sqrt(40_000));
        Assert.Equal(0, value.item<double>());
    }

    [Fact]
    public void EachStepAndDrawHasNoiseOfItsOwn()
    {
        using var scope = NewDisposeScope();
        using var episode = new NoisyOptimizee(_exact, deviation: 0.5).Start(RandomStreams.FromSeed(1));
        var theta = episode.InitialTheta();
        Tensor Gradient(long step, long draw) => episode.Minibatch(step, draw).WithGradient(theta).Gradient;

        Assert.Equal(Gradient(1, 0), Gradient(1, 0));
        Assert.NotEqual(Gradient(1, 0), Gradient(2, 0));
        Assert.NotEqual(Gradient(1, 0), Gradient(1, 1));
    }
}
