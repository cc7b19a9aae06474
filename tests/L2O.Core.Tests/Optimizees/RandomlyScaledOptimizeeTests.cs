using L2O.MetaTraining;
using L2O.Optimizees;
using L2O.Optimizees.Analytic;
using L2O.Optimizees.Networks;
using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees;

public sealed class RandomlyScaledOptimizeeTests
{
    private static readonly TensorOptions _float64 = new(CPU, ScalarType.Float64);
    private static readonly AnalyticOptimizee _inner = new(Quadratic.Problem(new()), _float64);
    private static readonly ParameterLayout _layout = new([new("weight", 3, 2), new("bias", 3), new("scale", 1)]);

    public static TheoryData<ScalingLevel> Levels() => [.. Enum.GetValues<ScalingLevel>()];

    [Theory]
    [MemberData(nameof(Levels))]
    public void TheFirstLossIsUnchangedAndGradientsAreMultipliedByTheFactors(ScalingLevel level)
    {
        using var scope = NewDisposeScope();
        var streams = RandomStreams.FromSeed(4);
        using var plain = _inner.Start(streams);
        using var scaled = new RandomlyScaledOptimizee(_inner, new([level], bound: 3), _float64).Start(streams);
        var (theta, x) = (plain.InitialTheta(), scaled.InitialTheta());

        var expected = plain.Minibatch(0, 0).WithGradient(theta);
        var actual = scaled.Minibatch(0, 0).WithGradient(x);

        Assert.Equal(expected.Value.item<double>(), actual.Value.item<double>(), 1e-10);
        Assert.True(actual.Gradient.allclose(expected.Gradient * (theta / x), rtol: 1e-9));
    }

    // f(r x) = sum a (r x)^2 has the gradient 2 a r^2 x.
    [Theory]
    [MemberData(nameof(Levels))]
    public void TheGradientIsTheClosedFormAwayFromTheStartToo(ScalingLevel level)
    {
        using var scope = NewDisposeScope();
        var a = tensor(new[] { 1.0, 3.0, 0.5 });
        FunctionOptimizee inner = new(theta => (a * theta.square()).sum(), [0.8, -0.6, 1.1]);
        using var episode = new RandomlyScaledOptimizee(inner, new([level], [[0.1, 30]]), _float64).Start(RandomStreams.FromSeed(2));
        var r = inner.InitialTheta() / episode.InitialTheta();
        var x = tensor(new[] { 2.0, -1.0, 0.3 });

        var (value, gradient) = episode.Minibatch(0, 0).WithGradient(x);

        Assert.True(gradient.allclose(2 * a * r.square() * x, rtol: 1e-12));
        Assert.Equal((a * (r * x).square()).sum().item<double>(), value.item<double>(), 1e-12 * value.item<double>());
    }

    [Fact]
    public void FactorsAreSharedByWhatTheLevelSays()
    {
        using var scope = NewDisposeScope();
        double[] At(ScalingLevel level) => Factors(new([level], bound: 3), seed: 1);

        Assert.All(At(ScalingLevel.None), factor => Assert.Equal(1, factor));
        Assert.Single(At(ScalingLevel.Whole).Distinct());
        Assert.NotEqual(1, At(ScalingLevel.Whole)[0]);
        Assert.Equal(10, At(ScalingLevel.Parameter).Distinct().Count());

        var tensors = At(ScalingLevel.Tensor);
        Assert.Equal(3, tensors.Distinct().Count());
        Assert.Single(tensors[..6].Distinct());
        Assert.Single(tensors[6..9].Distinct());
    }

    // Trainings of before there were levels draw the same numbers.
    [Fact]
    public void FactorsOfParametersAreTheNumbersOfTheirAddressToTheLastBit()
    {
        using var scope = NewDisposeScope();
        var streams = RandomStreams.FromSeed(5);
        using var generator = streams.Generator("random_scaling");
        var uniform = rand(10, dtype: float64, generator: generator);

        Assert.Equal(
            (((uniform * 2) - 1) * 3).exp().data<double>().ToArray(), Factors(new([ScalingLevel.Parameter], bound: 3), seed: 5));
    }

    [Theory]
    [InlineData(ScalingLevel.Whole)]
    [InlineData(ScalingLevel.Tensor)]
    [InlineData(ScalingLevel.Parameter)]
    public void LogarithmsOfTheFactorsAreUniformBetweenTheBoundsAndNewInEveryEpisode(ScalingLevel level)
    {
        using var scope = NewDisposeScope();
        var symmetric = Logarithms(new([level], bound: 3));
        var range = Logarithms(new([level], [[Math.Exp(-1), Math.Exp(5)]]));

        // Uniform over a width of 6: variance 3; a factor of each of 1,000 episodes.
        foreach (var (logarithms, middle) in new[] { (symmetric, 0), (range, 2) })
        {
            Assert.Equal(1000, logarithms.Distinct().Count());
            Assert.InRange(logarithms.Max(), middle + 2.9, middle + 3 + 1e-9);
            Assert.InRange(logarithms.Min(), middle - 3 - 1e-9, middle - 2.9);
            Assert.Equal(middle, logarithms.Average(), 4 * Math.Sqrt(3.0 / 1000));
            Assert.Equal(3, logarithms.Average(value => (value - middle) * (value - middle)), 0.35);
        }
    }

    [Fact]
    public void EachEpisodeDrawsOneOfTheLevelsAndOneOfTheRanges()
    {
        using var scope = NewDisposeScope();
        RandomScaling scaling = new(Enum.GetValues<ScalingLevel>(), [[0.1, 0.5], [2, 10]]);
        var all = Enumerable.Range(0, 800).Select(seed => Factors(scaling, seed)).ToArray();
        var scaled = all.Where(factors => factors[0] != 1).ToArray();

        // Of 800, a quarter has each level: 200, with standard deviation 12.2; half of the others are below 1.
        foreach (var (distinct, expected) in new[] { (1, 400), (3, 200), (10, 200) })
        {
            Assert.InRange(all.Count(factors => factors.Distinct().Count() == distinct), expected - 60, expected + 60);
        }

        Assert.InRange(800 - scaled.Length, 140, 260);
        Assert.InRange(scaled.Count(factors => factors[0] < 1) / (double)scaled.Length, 0.42, 0.58);
        Assert.All(scaled, factors => Assert.True(
            factors.All(factor => factor is >= 0.1 and <= 0.5) || factors.All(factor => factor is >= 2 and <= 10)));
    }

    [Fact]
    public void TheSameStreamsGiveTheSameFactors()
    {
        using var scope = NewDisposeScope();
        RandomScaling scaling = new([ScalingLevel.Whole, ScalingLevel.Tensor], [[0.1, 10], [0.5, 2]]);

        Assert.Equal(Factors(scaling, seed: 3), Factors(scaling, seed: 3));
        Assert.NotEqual(Factors(scaling, seed: 3), Factors(scaling, seed: 4));
    }

    [Fact]
    public void AnOptimizeesOwnFactorsAreNotThoseThatMetaTrainingAdds()
    {
        using var scope = NewDisposeScope();
        var streams = RandomStreams.FromSeed(1);
        QuadraticOptions options = new() { RandomScalingLevels = [ScalingLevel.Tensor], RandomScalingRanges = [[0.1, 10]] };
        var own = AnalyticOptimizee.Create(options, Quadratic.Problem(options), _float64);
        RandomlyScaledOptimizee both = new(own, new(options.RandomScalingLevels, options.RandomScalingRanges), _float64);
        using var plain = _inner.Start(streams);
        using var once = own.Start(streams);
        using var twice = both.Start(streams);
        var (first, second) = (
            (plain.InitialTheta() / once.InitialTheta())[0].item<double>(),
            (once.InitialTheta() / twice.InitialTheta())[0].item<double>());

        Assert.InRange(first, 0.1, 10);
        Assert.NotEqual(1, first);
        Assert.NotEqual(first, second, 1e-6);
    }

    [Fact]
    public void WhatCannotBeDrawnFromIsAProblem()
    {
        static string[] Of(IOptions options) => [.. options.Problems().Select(problem => $"{problem.Key} {problem.Message}")];

        Assert.Equal(
            [
                "random_scaling_ranges.1 is [10, 0.1]; choose two numbers above 0, the smaller one first",
                "random_scaling_ranges.2 is [0, 1]; choose two numbers above 0, the smaller one first",
                "random_scaling_ranges.3 is [1]; choose two numbers above 0, the smaller one first",
                "random_scaling_ranges.4 is [1, Infinity]; choose two numbers above 0, the smaller one first",
            ],
            Of(new QuadraticOptions
            {
                RandomScalingRanges = [[0.1, 10], [10, 0.1], [0, 1], [1], [1, double.PositiveInfinity]],
            }));
        Assert.Equal(
            ["random_scaling_levels would never count; give random_scaling_ranges too"],
            Of(new MlpOptions { Data = "mnist", RandomScalingLevels = [ScalingLevel.Whole] }));
        Assert.Equal(
            ["random_scaling_levels is an empty list; name one or more"],
            Of(new MetaOptions { RandomScaling = 1, RandomScalingLevels = [] }));
        Assert.Equal(
            ["random_scaling stands beside random_scaling_ranges, and both say how large factors are; choose one"],
            Of(new MetaOptions { RandomScaling = 1, RandomScalingRanges = [[0.1, 10]] }));
        Assert.Empty(Of(new MetaOptions { RandomScaling = 1, RandomScalingLevels = [ScalingLevel.Whole, ScalingLevel.None] }));
    }

    private static double[] Logarithms(RandomScaling scaling) =>
        [.. Enumerable.Range(0, 1000).Select(seed => Math.Log(Factors(scaling, seed)[^1]))];

    private static double[] Factors(RandomScaling scaling, long seed)
    {
        using var scope = NewDisposeScope();
        return (scaling.Factors(_layout, RandomStreams.FromSeed(seed)) ?? ones(1, dtype: float64))
            .expand(_layout.Count).contiguous().data<double>().ToArray();
    }
}
