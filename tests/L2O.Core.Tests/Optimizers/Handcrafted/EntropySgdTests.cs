using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Handcrafted;

public sealed class EntropySgdTests
{
    private static readonly FunctionLoss Quadratic = new(x =>
        (1.5 * x[0].square()) + (x[0] * x[1]) + x[1].square() - x[0] + x[1]);

    // Twenty noise-free steps of 0.1 from (0.5, -1) have the mean (0.5975296885, -0.8399422827).
    [Theory]
    [InlineData(false, 1.0)]
    [InlineData(true, 0.5)]
    public void OneStepMovesTowardsTheMeanOfTheWalk(bool scaled, double factor)
    {
        using var scope = NewDisposeScope();
        var optimizer = new EntropySgd(new() { Gamma = 0.5, Noise = 0, ScaledByGamma = scaled, LearningRate = 0.8 });
        var theta = tensor(new[] { 0.5, -1.0 });

        var (update, _) = optimizer.Step(
            new LossGradients(Quadratic), theta, optimizer.Init(new([new("x", 2)]), theta, RandomStreams.FromSeed(1)));

        Golden.AssertClose([0.8 * factor * 0.0975296885, 0.8 * factor * 0.1600577173], update, 1e-8);
    }

    [Fact]
    public void StepsWithGrowingGammaAndMomentumReachTheMinimum()
    {
        using var scope = NewDisposeScope();
        var optimizer = new EntropySgd(new() { Gamma = 0.1, GammaGrowth = 0.01, Noise = 0, Momentum = 0.5 });
        var theta = tensor(new[] { 3.0, 2.0 });
        var state = optimizer.Init(new([new("x", 2)]), theta, RandomStreams.FromSeed(1));
        for (var step = 0; step < 60; step++)
        {
            (var update, state) = optimizer.Step(new LossGradients(Quadratic), theta, state);
            theta = theta + update;
        }

        Golden.AssertClose([0.6, -0.8], theta, 1e-6);
    }

    [Fact]
    public void NoiseDiffersBetweenSteps()
    {
        using var scope = NewDisposeScope();
        var optimizer = new EntropySgd(new() { Noise = 1 });
        var theta = zeros(4);
        var flat = new ConstantGradient(zeros(4));

        var (first, state) = optimizer.Step(flat, theta, optimizer.Init(new([new("x", 4)]), theta, RandomStreams.FromSeed(1)));
        var (second, _) = optimizer.Step(flat, theta, state);

        Assert.False(first.allclose(second));
    }
}
