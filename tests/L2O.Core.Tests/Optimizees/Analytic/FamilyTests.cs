using L2O.Optimizees.Analytic;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees.Analytic;

/// <summary>
/// Each family at two unknowns by hand: W = [[1, 2], [0, 1]], y = (1, 1), x = (1, 0.5), residual (1, -0.5).
/// </summary>
public sealed class FamilyTests
{
    private const double SquaredResidual = 1.25;

    private static readonly TensorOptions _float64 = new(CPU, ScalarType.Float64);

    [Fact]
    public void LassoAddsThePenaltyOnMagnitudes() =>
        Assert.Equal(
            (SquaredResidual / 2) + (0.3 * 1.5),
            At(Lasso.Problem(new() { Instances = 1, Penalty = 0.3 })),
            1e-12);

    // cos(2 pi x) = (1, -1) and c = (2, 5).
    [Fact]
    public void RastriginAddsRipples() => Assert.Equal(
        (SquaredResidual / 2) - (10 * (2 - 5)) + (10 * 2),
        At(Rastrigin.Problem(new() { Instances = 1 }), Column(2, 5)),
        1e-12);

    [Fact]
    public void TheReferenceFormOfRastriginDividesTheQuadraticPart() => Assert.Equal(
        (SquaredResidual / 4) - (10 * (2 - 5)) + (10 * 4),
        At(Rastrigin.Problem(new() { Instances = 1, ReferenceForm = true }), Column(2, 5)),
        1e-12);

    // V = [[3, 1], [0, 2]]: V cos = (2, -2) for cos = (1, -1).
    [Fact]
    public void SquareCosAddsCoupledRipples() => Assert.Equal(
        SquaredResidual - (10 * (2 - 2)) + (10 * 2),
        At(SquareCos.Problem(new() { Instances = 1 }), tensor(new double[,,] { { { 3, 1 }, { 0, 2 } } })),
        1e-12);

    [Fact]
    public void NormIsTheNormOfTheResidual()
    {
        using var scope = NewDisposeScope();
        Tensor[] constants = [tensor(new double[,] { { 1, 2 }, { 0, 1 } }), tensor([1.0, 1.0])];

        var loss = Norm.Problem(new() { Dimension = 2, Power = 3 }).Loss(tensor([1.0, 0.5]), constants);

        // The 1e-6 inside each term moves the norm by less than twice as much.
        Assert.Equal(Math.Pow(1 + 0.125, 1.0 / 3), loss.item<double>(), 2e-6);
    }

    [Fact]
    public void BowlHasItsConditionAsRatioOfCurvatures()
    {
        using var scope = NewDisposeScope();
        var problem = Bowl.Problem(new() { Condition = 5, Angle = Math.PI / 2 });
        var constants = problem.Constants(default);

        // Turned by a right angle, the steep axis is the second.
        Assert.Equal(0.5, problem.Loss(tensor([1.0, 0.0]), constants).item<double>(), 1e-12);
        Assert.Equal(2.5, problem.Loss(tensor([0.0, 1.0]), constants).item<double>(), 1e-12);
    }

    [Fact]
    public void DependencyChainDividesEachParameterByTheOneBefore()
    {
        using var scope = NewDisposeScope();
        var theta = tensor([2.0, 3.0, 1.0]);
        var ratios = (9 / (4 + 1e-6)) + (1 / (9 + 1e-6));

        var once = DependencyChain.Problem(new() { Dimension = 2 }).Loss(theta, []);
        var reference = DependencyChain.Problem(new() { Dimension = 2, ReferenceForm = true }).Loss(theta, []);

        Assert.Equal(4 + ratios, once.item<double>(), 1e-12);
        Assert.Equal(8 + ratios, reference.item<double>(), 1e-12);
    }

    [Fact]
    public void MinMaxWellIsZeroWhereEveryMagnitudeIsOne()
    {
        using var scope = NewDisposeScope();
        var problem = MinMaxWell.Problem(new() { Dimension = 3 });

        Assert.Equal(0, problem.Loss(tensor([1.0, -1.0, 1.0]), []).item<double>());
        Assert.Equal(9 + 4 - 2, problem.Loss(tensor([1.0, -3.0, 0.5]), []).item<double>());
    }

    [Fact]
    public void LogarithmIsZeroAtAMinimumOfZero()
    {
        using var scope = NewDisposeScope();
        var problem = Bowl.Problem(new()).Logarithm();
        var constants = problem.Constants(default);

        Assert.Equal(0, problem.Loss(zeros(2, dtype: float64), constants).item<double>(), 1e-12);
        Assert.Equal(
            Math.Log(2.5 + 1e-6) - Math.Log(1e-6), problem.Loss(tensor([1.0, 0.0]), constants).item<double>(), 1e-12);
    }

    [Fact]
    public void SharedOptionsWrapTheFormula()
    {
        using var scope = NewDisposeScope();
        var options = new BowlOptions { Rescale = 10, Noise = 0.5, Sparsity = 0.999999, Logarithm = true };
        var problem = Bowl.Problem(options);
        using var plain = AnalyticOptimizee.Create(new BowlOptions(), problem, _float64).Start(default);
        using var wrapped = AnalyticOptimizee.Create(options, problem, _float64).Start(default);
        var (theta, stretched) = (plain.InitialTheta(), wrapped.InitialTheta());
        var loss = plain.Minibatch(0, 0).At(theta).item<double>();

        var (value, gradient) = wrapped.Minibatch(0, 0).WithGradient(stretched);

        Assert.True(stretched.allclose(10 * theta));
        Assert.Equal(Math.Log(loss + 1e-6) - Math.Log(1e-6), value.item<double>(), 1e-9);
        Assert.Equal([0.0, 0.0], gradient.data<double>().ToArray());
    }

    private static double At(AnalyticProblem problem, params Tensor[] others)
    {
        using var scope = NewDisposeScope();
        var w = tensor(new double[,,] { { { 1, 2 }, { 0, 1 } } });
        return problem.Loss(tensor([1.0, 0.5]), [w, Column(1, 1), .. others]).item<double>();
    }

    private static Tensor Column(double first, double second) => tensor(new[, ,] { { { first }, { second } } });
}
