using L2O.Optimizees;
using L2O.Optimizees.Analytic;
using L2O.Optimizees.Networks;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees;

/// <summary>What optimizees around others do to the loss on held-out examples.</summary>
public sealed class HoldingOutTests
{
    private static readonly TensorOptions _float64 = new(CPU, ScalarType.Float64);

    private static readonly Dictionary<string, Func<IOptimizee, IOptimizee>> _wrappers = new()
    {
        ["noise"] = inner => new NoisyOptimizee(inner, deviation: 0.5),
        ["sparse"] = inner => new SparseOptimizee(inner, probability: 0.7),
        ["rescale"] = inner => new RescaledOptimizee(inner, scale: 8),
        ["random_scaling"] = inner => new RandomlyScaledOptimizee(inner, new([ScalingLevel.Parameter], bound: 2), _float64),
    };

    public static TheoryData<string> Wrappers() => [.. _wrappers.Keys];

    // Noise and zeros are for the gradients that the optimizer sees. With theta = r x the gradient is multiplied by r.
    [Theory]
    [MemberData(nameof(Wrappers))]
    public void TheHeldOutLossIsUndisturbedAndInTheWrappersOwnCoordinates(string name) => WithNetwork(network =>
    {
        using var bare = Start(network);
        using var wrapped = Start(_wrappers[name](network));
        var (theta, x) = (bare.InitialTheta(), wrapped.InitialTheta());

        var expected = bare.HeldOutMinibatch(3, 1).WithGradient(theta);
        var actual = wrapped.HeldOutMinibatch(3, 1).WithGradient(x);

        Assert.Equal(expected.Value.item<double>(), actual.Value.item<double>(), 1e-12);
        Assert.True(actual.Gradient.allclose(expected.Gradient * (theta / x), rtol: 1e-9, atol: 1e-12));
        Assert.Equal(expected.Value.item<double>(), wrapped.HeldOutMinibatch(3, 1).At(x).item<double>(), 1e-12);
    });

    [Theory]
    [MemberData(nameof(Wrappers))]
    public void AFormulaHasNothingToHoldOutInAnyWrapper(string name)
    {
        AnalyticOptimizee formula = new(Bowl.Problem(new()), _float64);

        Assert.Null(_wrappers[name](formula).HoldingOut());
    }

    [Fact]
    public void TheHeldOutLossOfASumIsTheSumOfItsTermsOwn() => WithNetwork(network =>
    {
        var streams = RandomStreams.FromSeed(1);
        using var sum = Start(new SumOptimizee([network, network]));
        using var first = (network.HoldingOut() ?? network).Start(streams.At("term", 0));
        using var second = (network.HoldingOut() ?? network).Start(streams.At("term", 1));
        var theta = sum.InitialTheta();
        var parts = theta.chunk(2);

        var expected = new[] { first.HeldOutMinibatch(2, 0).WithGradient(parts[0]), second.HeldOutMinibatch(2, 0).WithGradient(parts[1]) };
        var (value, gradient) = sum.HeldOutMinibatch(2, 0).WithGradient(theta);

        Assert.Equal(expected.Sum(part => part.Value.item<double>()), value.item<double>(), 1e-12);
        Assert.True(gradient.allclose(cat([.. expected.Select(part => part.Gradient)]), rtol: 1e-12));
        Assert.Null(new SumOptimizee([network, new AnalyticOptimizee(Bowl.Problem(new()), _float64)]).HoldingOut());
    });

    private static IEpisode Start(IOptimizee optimizee) =>
        (optimizee.HoldingOut() ?? throw new InvalidOperationException("nothing to hold out")).Start(RandomStreams.FromSeed(1));

    private static void WithNetwork(Action<Classifier> check)
    {
        using var scope = NewDisposeScope();
        using var data = RandomImages.Create([1, 3, 4], classes: 3, train: 30, validation: 6, test: 5, ScalarType.Float64);
        check(new(new Mlp([12, 4, 3], Activation.Tanh, 0.5), data, batchSize: 7, _float64));
    }
}
