using L2O.Data;
using L2O.Optimizees.Analytic;
using L2O.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees.Analytic;

public sealed class SamplesTests
{
    [Fact]
    public void LossesAreThoseOfTheFormulasByHand()
    {
        using var scope = NewDisposeScope();
        var x = tensor([0.0, 2.0]);
        var samples = tensor(new double[,] { { 1, 1 }, { 0, 1 }, { 1, 0 } });
        static T Two<T>(T options)
            where T : SamplesOptions => (T)(options with { Dimension = 2, BatchSize = 3 });

        // Sums over the three samples.
        var sum = SumOfQuadratics.Problem(Two(new SumOfQuadraticsOptions())).Loss(x, [samples]);
        var projection = ProjectionQuadratic.Problem(Two(new ProjectionQuadraticOptions())).Loss(x, [samples]);
        var snake = OutwardSnake.Problem(Two(new OutwardSnakeOptions())).Loss(x, [samples]);

        Assert.Equal((3 * 4) - (2 * (2 + 2)), sum.item<double>(), 1e-12);
        Assert.Equal(4 + 4, projection.item<double>(), 1e-12);
        Assert.Equal((2 / (2 + 1e-6)) + (2 * Math.Pow(2 - Math.PI, 2)), snake.item<double>(), 1e-12);
    }

    [Fact]
    public void SymmetricSamplesHaveMeanZero()
    {
        using var scope = NewDisposeScope();

        var samples = Samples.Symmetric(new SumOfQuadraticsOptions(), RandomStreams.FromSeed(1));

        Assert.Equal([1000, 20], samples.shape);
        Assert.Equal(0, samples.sum(dim: 0).abs().max().item<double>(), 1e-10);
    }

    [Fact]
    public void MinibatchesDifferAndAverageToTheWhole()
    {
        using var scope = NewDisposeScope();
        var problem = SumOfQuadratics.Problem(new() { Dimension = 3 });
        var optimizee = new AnalyticOptimizee(problem, new(CPU, ScalarType.Float64));
        using var episode = optimizee.Start(RandomStreams.FromSeed(1));
        var theta = episode.InitialTheta();

        var losses = Enumerable.Range(0, 400).Select(i => episode.Minibatch(i, 0).At(theta).item<double>()).ToArray();

        var deviation = Math.Sqrt(losses.Select(loss => Math.Pow(loss - losses.Average(), 2)).Average());
        Assert.True(deviation > 1);
        Assert.Equal(episode.Measure(theta, Split.Test).Loss, losses.Average(), 4 * deviation / Math.Sqrt(400));
    }
}
