using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Tensors;

public sealed class LangevinChainTests
{
    // f(x) = 0.5 x'Ax - b'x with A = [[3, 1], [1, 2]], b = (1, -1), gamma = 0.5, from (0.5, -1).
    [Theory]
    [InlineData(1, 0.5974720188, -0.8398465934)]
    [InlineData(0.75, 0.5975296885, -0.8399422827)]
    public void WithoutNoiseTwentyStepsGiveTheClosedForm(double averaging, double first, double second)
    {
        using var scope = NewDisposeScope();
        var a = tensor(new[,] { { 3.0, 1.0 }, { 1.0, 2.0 } });
        var b = tensor(new[] { 1.0, -1.0 });
        var chain = new LangevinChain(Steps: 20, StepSize: 0.1, Noise: 0, averaging);

        var theta = tensor(new[] { 0.5, -1.0 });
        var mean = chain.Mean((x, _) => a.mv(x) - b, theta, gamma: 0.5, RandomStreams.FromSeed(1));

        Golden.AssertClose([first, second], mean, 1e-9);
    }

    // M = 1 - step size (l + gamma), q = 1 - averaging: the mean is off by q^L + a M (M^L - q^L) / (M - q) of the
    // start's distance.
    [Theory]
    [InlineData(2.0, 0.7, 0.15, 0.6, 7)]
    [InlineData(0.3, 1.1, 0.4, 0.9, 3)]
    public void WithoutNoiseTheMeanContractsByTheClosedForm(
        double curvature, double gamma, double stepSize, double averaging, int steps)
    {
        using var scope = NewDisposeScope();
        const double theta = 1.5;
        var (m, q) = (1 - (stepSize * (curvature + gamma)), 1 - averaging);
        var factor = Math.Pow(q, steps) + (averaging * m * (Math.Pow(m, steps) - Math.Pow(q, steps)) / (m - q));
        var centre = gamma * theta / (curvature + gamma);

        var mean = new LangevinChain(steps, stepSize, Noise: 0, averaging)
            .Mean((x, _) => curvature * x, tensor(new[] { theta }), gamma, RandomStreams.FromSeed(1));

        Assert.Equal(centre + (factor * (theta - centre)), mean.item<double>(), 1e-12);
    }

    // The variance is noise^2 / (s (2 - step size s)), s = curvature + gamma; of 20,000 draws its estimate has a
    // relative standard deviation of 1%, and 4% is four of them.
    [Theory]
    [InlineData(1.0, 1.0, 0.1)]
    [InlineData(3.0, 0.5, 0.3)]
    public void WithNoisePointsHaveTheStationaryVariance(double curvature, double gamma, double stepSize)
    {
        using var scope = NewDisposeScope();
        var noise = Math.Sqrt(2);
        var total = curvature + gamma;
        var expected = noise * noise / (total * (2 - (stepSize * total)));

        var last = new LangevinChain(Steps: 60, stepSize, noise, Averaging: 1)
            .Mean((x, _) => curvature * x, zeros(20_000, dtype: float64), gamma, RandomStreams.FromSeed(5));

        Assert.Equal(expected, last.square().mean().item<double>(), 0.04 * expected);
    }

    [Fact]
    public void OnALinearFunctionNoiseIsTakenOffInFull()
    {
        using var scope = NewDisposeScope();
        var slope = tensor(new[] { 1.0, -2.0, 0.5 });
        Tensor Mean(double noise) => new LangevinChain(Steps: 15, StepSize: 0.1, noise, Averaging: 0.3)
            .MeanLessNoise((_, _) => slope, ones(3, dtype: float64), gamma: 2, RandomStreams.FromSeed(3));

        Golden.AssertClose(Mean(noise: 0).data<double>().ToArray(), Mean(Math.Sqrt(2)), 1e-12);
    }

    // 20,000 independent coordinates, each a quadratic of curvature 0.2 before a spring of 2: the response to the noise
    // differs by about a tenth.
    [Fact]
    public void TakingNoiseOffKeepsTheExpectationAndLittleOfTheVariance()
    {
        using var scope = NewDisposeScope();
        const int count = 20_000;
        var chain = new LangevinChain(Steps: 30, StepSize: 0.1, Math.Sqrt(2), Averaging: 0.3);
        static Tensor Gradient(Tensor x, long draw) => (0.2 * x) + 1;
        var theta = ones(count, dtype: float64);
        var without = (chain with { Noise = 0 }).Mean(Gradient, theta, gamma: 2, default)[0].item<double>();

        var plain = chain.Mean(Gradient, theta, gamma: 2, RandomStreams.FromSeed(5)) - without;
        var less = chain.MeanLessNoise(Gradient, theta, gamma: 2, RandomStreams.FromSeed(5)) - without;

        var error = Math.Sqrt(less.square().mean().item<double>() / count);
        Assert.InRange(less.mean().item<double>(), -4 * error, 4 * error);
        Assert.InRange((less.square().mean() / plain.square().mean()).item<double>(), 1e-4, 0.02);
    }

    [Fact]
    public void EveryStepDrawsItsOwnMinibatch()
    {
        using var scope = NewDisposeScope();
        List<long> draws = [];

        new LangevinChain(Steps: 4, StepSize: 0.1, Noise: 0.5, Averaging: 0.5).Mean(
            (x, draw) =>
            {
                draws.Add(draw);
                return x.clone();
            },
            ones(3),
            gamma: 1,
            RandomStreams.FromSeed(1));

        Assert.Equal([1, 2, 3, 4], draws);
    }
}
