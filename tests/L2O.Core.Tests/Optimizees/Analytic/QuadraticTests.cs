using L2O.Optimizees.Analytic;
using L2O.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees.Analytic;

public sealed class QuadraticTests
{
    [Fact]
    public void TheLossIsTheMeanOfTheSquaredResiduals()
    {
        using var scope = NewDisposeScope();
        var problem = Quadratic.Problem(new() { Dimension = 2, Instances = 2 });
        var w = tensor(new double[,,] { { { 1, 2 }, { 0, 1 } }, { { 1, 0 }, { 0, 1 } } });
        var y = tensor(new double[,,] { { { 1 }, { 1 } }, { { 0 }, { 5 } } });

        var loss = problem.Loss(tensor([1.0, 2.0, 3.0, 4.0]), [w, y]);

        // Residuals (1 + 4 - 1, 2 - 1) and (3, 4 - 5).
        Assert.Equal((16 + 1 + 9 + 1) / 2.0, loss.item<double>());
    }

    [Fact]
    public void HalvedAndNormalIsTheFormOfLearnedOptimizersThatScale()
    {
        using var scope = NewDisposeScope();
        var options = new QuadraticOptions { Dimension = 20, Instances = 1, InitialScale = 1 };
        var constants = Quadratic.Problem(options with { Constants = EntryDistribution.Normal }).Constants(default);
        var theta = ones(20, dtype: float64);

        var whole = Quadratic.Problem(options).Loss(theta, constants).item<double>();
        var half = Quadratic.Problem(options with { Halved = true }).Loss(theta, constants).item<double>();

        Assert.Equal(whole / 2, half, 1e-12);
        Assert.True(constants[0].min().item<double>() < 0);
    }

    [Fact]
    public void TheMinimumIsZeroWhereEverySystemIsSolved()
    {
        using var scope = NewDisposeScope();
        var problem = Quadratic.Problem(new() { Dimension = 3, Instances = 4 });
        var constants = problem.Constants(RandomStreams.FromSeed(1));

        var solution = linalg.solve(constants[0], constants[1]).reshape(-1);

        Assert.Equal(0, problem.Loss(solution, constants).item<double>(), 1e-20);
        Assert.Equal(1280, Quadratic.Problem(new()).Layout.Count);
    }
}
