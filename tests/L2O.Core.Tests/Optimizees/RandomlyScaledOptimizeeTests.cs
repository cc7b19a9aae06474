using L2O.Optimizees;
using L2O.Optimizees.Analytic;
using L2O.Randomness;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees;

public sealed class RandomlyScaledOptimizeeTests
{
    private static readonly TensorOptions _float64 = new(CPU, ScalarType.Float64);
    private static readonly AnalyticOptimizee _inner = new(Quadratic.Problem(new()), _float64);

    [Fact]
    public void TheFirstLossIsUnchangedAndGradientsAreMultipliedByTheFactors()
    {
        using var scope = NewDisposeScope();
        var streams = RandomStreams.FromSeed(4);
        using var plain = _inner.Start(streams);
        using var scaled = new RandomlyScaledOptimizee(_inner, bound: 3, _float64).Start(streams);
        var (theta, x) = (plain.InitialTheta(), scaled.InitialTheta());

        var expected = plain.Minibatch(0, 0).WithGradient(theta);
        var actual = scaled.Minibatch(0, 0).WithGradient(x);

        Assert.Equal(expected.Value.item<double>(), actual.Value.item<double>(), 1e-10);
        Assert.True(actual.Gradient.allclose(expected.Gradient * (theta / x), rtol: 1e-9));
    }

    [Fact]
    public void LogarithmsOfTheFactorsAreUniformBetweenTheBoundsAndNewInEveryEpisode()
    {
        using var scope = NewDisposeScope();

        var logarithms = LogarithmsOfFactors(1);

        // Uniform in [-3, 3]: variance 3; 1,280 draws.
        Assert.InRange(logarithms.abs().max().item<double>(), 2.9, 3);
        Assert.Equal(0, logarithms.mean().item<double>(), 4 * Math.Sqrt(3.0 / 1280));
        Assert.Equal(3, logarithms.var().item<double>(), 0.3);
        Assert.False(logarithms.allclose(LogarithmsOfFactors(2)));
    }

    private static Tensor LogarithmsOfFactors(long seed)
    {
        var streams = RandomStreams.FromSeed(seed);
        using var plain = _inner.Start(streams);
        using var scaled = new RandomlyScaledOptimizee(_inner, bound: 3, _float64).Start(streams);
        return (plain.InitialTheta() / scaled.InitialTheta()).log();
    }
}
