using L2O.Flatness.Curvature;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness.Curvature;

/// <summary>Power iteration and Lanczos' method against matrices whose eigenvalues are known.</summary>
public sealed class EigenvalueTests
{
    [Fact]
    public void TenPowerStepsFindTheTopEigenvalueOfTwo()
    {
        using var scope = NewDisposeScope();
        var hessian = Quadratic(tensor(new[,] { { 3.0, 1.0 }, { 1.0, 2.0 } }));

        // The worst start that the bound allows: overlap 0.1 with the top eigenvector (0.8507, 0.5257).
        var top = tensor(new[] { 0.85065080835204, 0.52573111211913 });
        var other = tensor(new[] { -0.52573111211913, 0.85065080835204 });
        var pair = PowerIteration.Run(hessian, (0.1 * top) + (Math.Sqrt(0.99) * other), iterations: 10, tolerance: 0);

        Assert.Equal((5 + Math.Sqrt(5)) / 2, pair.Value, 1e-5);
        Assert.Equal(1, pair.Vector.norm().item<double>(), 1e-12);
    }

    [Fact]
    public void PowerIterationFindsANegativeEigenvalueOfLargestMagnitude()
    {
        using var scope = NewDisposeScope();
        var hessian = Quadratic(diag(tensor(new[] { -4.0, 3.0, 1.0 })));

        var pair = PowerIteration.Run(hessian, ones(3, dtype: float64), iterations: 200, tolerance: 1e-9);

        Assert.Equal(-4, pair.Value, 1e-12);
        Assert.True(pair.Residual <= 4e-9);
    }

    // Each power step on diag(4, 2) halves the second entry, which is also the residual relative to the eigenvalue.
    [Fact]
    public void PowerIterationStopsAfterTheStepThatMeetsItsTolerance()
    {
        using var scope = NewDisposeScope();
        var hessian = Quadratic(diag(tensor(new[] { 4.0, 2.0 })));

        var pair = PowerIteration.Run(hessian, tensor(new[] { 1.0, 0.1 }), iterations: 100, tolerance: 0.02);

        Assert.Equal(0.1 / 8, (pair.Vector[1] / pair.Vector[0]).item<double>(), 1e-12);
    }

    [Fact]
    public void PowerIterationOnNoCurvatureGivesZero()
    {
        using var scope = NewDisposeScope();

        var pair = PowerIteration.Run(Quadratic(zeros(2, 2, dtype: float64)), ones(2, dtype: float64), 5, 0.1);

        Assert.Equal((0, 0), (pair.Value, pair.Residual));
        Assert.Equal(1, pair.Vector.norm().item<double>(), 1e-12);
    }

    [Theory]
    [InlineData("flatness_mlp_sigmoid")]
    [InlineData("flatness_mlp_tanh")]
    public void EveryMethodFindsThePerceptronsSpectralNorm(string name)
    {
        using var scope = NewDisposeScope();
        var (hessian, eigenvalues, expected) = GoldenCase(name);
        var streams = RandomStreams.FromSeed(1);
        var start = Direction.Random(hessian.Gradient(), streams);

        var power = PowerIteration.Run(hessian, start, iterations: 2000, tolerance: 1e-9);
        var top = Lanczos.TopEigenpairs(hessian, count: 4, iterations: 39, streams);
        var byMagnitude = eigenvalues.OrderByDescending(Math.Abs).ToArray();

        Assert.Equal(expected, Math.Abs(power.Value), 1e-9 * expected);
        Assert.Equal(byMagnitude[..4], top.Select(pair => pair.Value), (a, b) => Math.Abs(a - b) < 1e-9 * expected);
        foreach (var pair in top)
        {
            var residual = hessian.TimesVector(pair.Vector) - (pair.Value * pair.Vector);
            Assert.Equal(0, residual.norm().item<double>(), 1e-9);
        }
    }

    [Theory]
    [InlineData("flatness_mlp_sigmoid")]
    [InlineData("flatness_mlp_tanh")]
    public void ResidualsBoundTheEigenvaluesErrors(string name)
    {
        using var scope = NewDisposeScope();
        var (hessian, eigenvalues, _) = GoldenCase(name);
        double Error(double value) => eigenvalues.Min(exact => Math.Abs(exact - value));

        for (var iterations = 1; iterations <= 30; iterations++)
        {
            var start = Direction.Random(hessian.Gradient(), RandomStreams.FromSeed(iterations));
            var power = PowerIteration.Run(hessian, start, iterations, tolerance: 0);
            var lanczos = Lanczos.Run(hessian, start, iterations);

            Assert.True(Error(power.Value) <= power.Residual + 1e-12);
            Assert.All(
                lanczos.RitzValues.Zip(lanczos.Residuals),
                ritz => Assert.True(Error(ritz.First) <= ritz.Second + 1e-12));
            Assert.Equal(1, lanczos.Weights.Sum(), 1e-12);
        }
    }

    // Equal eigenvalues are one to Lanczos' method: a single start meets one direction of each.
    [Theory]
    [InlineData("flatness_mlp_sigmoid")]
    [InlineData("flatness_mlp_tanh")]
    public void WholeKrylovSpacesHoldEveryEigenvalueThenStop(string name)
    {
        using var scope = NewDisposeScope();
        var (hessian, eigenvalues, _) = GoldenCase(name);

        var start = Direction.Random(hessian.Gradient(), RandomStreams.FromSeed(2));
        var result = Lanczos.Run(hessian, start, iterations: 60);

        Assert.True(result.RitzValues.Length < eigenvalues.Length);
        Assert.All(eigenvalues, exact => Assert.True(result.RitzValues.Min(ritz => Math.Abs(ritz - exact)) < 1e-9));
        Assert.All(result.RitzValues, ritz => Assert.True(eigenvalues.Min(exact => Math.Abs(ritz - exact)) < 1e-9));
        Assert.All(result.Residuals, residual => Assert.True(residual < 1e-9));
    }

    [Fact]
    public void AStartInsideAnInvariantSubspaceStaysThere()
    {
        using var scope = NewDisposeScope();
        var hessian = Quadratic(diag(tensor(new[] { 5.0, 3.0, 1.0, 0.5 })));

        var result = Lanczos.Run(hessian, tensor(new[] { 0.0, 3.0, 4.0, 0.0 }), iterations: 4);

        Assert.Equal([1.0, 3.0], result.RitzValues, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([0.64, 0.36], result.Weights, (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void ALossThatIsNotANumberGivesRitzValuesThatAreNot()
    {
        using var scope = NewDisposeScope();
        var hessian = Quadratic(full(2, 2, double.NaN, dtype: float64));

        var result = Lanczos.Run(hessian, ones(2, dtype: float64), iterations: 2);

        Assert.All(result.RitzValues, value => Assert.Equal(double.NaN, value));
    }

    private static Hessian Quadratic(Tensor a) =>
        new(new FunctionLoss(x => 0.5 * x.dot(a.mv(x))), ones(a.shape[0], dtype: float64));

    private static (Hessian Hessian, double[] Eigenvalues, double SpectralNorm) GoldenCase(string name)
    {
        var golden = Golden.Read(name);
        var expected = golden.GetProperty("expected");
        return (
            new Hessian(new GoldenMlp(golden.GetProperty("mlp")), Golden.Tensor(golden.GetProperty("theta"))),
            Golden.Doubles(expected.GetProperty("eigenvalues")),
            expected.GetProperty("lambda_max_abs").GetDouble());
    }
}
