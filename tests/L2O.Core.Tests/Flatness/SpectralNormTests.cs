using L2O.Flatness;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness;

public sealed class SpectralNormTests
{
    [Theory]
    [InlineData("flatness_mlp_sigmoid")]
    [InlineData("flatness_mlp_tanh")]
    public void ConvergedItIsTheGoldenOne(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read(name);
        var expected = golden.GetProperty("expected").GetProperty("lambda_max_abs").GetDouble();
        var point = Point(new GoldenMlp(golden.GetProperty("mlp")), Golden.Tensor(golden.GetProperty("theta")));

        var estimate = new SpectralNorm(new() { Iterations = 2000, Tolerance = 1e-7 }).Measure(point, memory: null);

        Assert.Equal(expected, estimate.Value, 1e-9 * expected);
        Assert.True(estimate.Error <= 1e-6 * expected);
    }

    [Theory]
    [InlineData("flatness_mlp_sigmoid")]
    [InlineData("flatness_mlp_tanh")]
    public void ByLanczosMethodFewProductsGiveTheGoldenOne(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read(name);
        var expected = golden.GetProperty("expected").GetProperty("lambda_max_abs").GetDouble();
        var point = Point(new GoldenMlp(golden.GetProperty("mlp")), Golden.Tensor(golden.GetProperty("theta")));

        var estimate = new SpectralNorm(new() { Method = EigenvectorMethod.Lanczos, Iterations = 30 })
            .Measure(point, memory: null);

        Assert.Equal(expected, estimate.Value, 1e-9 * expected);
        Assert.True(estimate.Error <= 1e-6 * expected);
    }

    // In single precision a converged pair is still off by rounding, and its residual says so.
    [Theory]
    [InlineData(7)]
    [InlineData(61)]
    public void ByLanczosMethodItLiesWithinItsResidualInSinglePrecision(int iterations)
    {
        using var scope = NewDisposeScope();
        var diagonal = linspace(-1, 3, 200, dtype: float32);
        var point = Point(new FunctionLoss(x => 0.5 * (diagonal * x.square()).sum()), ones_like(diagonal));

        var norm = new SpectralNorm(new() { Method = EigenvectorMethod.Lanczos, Iterations = iterations })
            .Measure(point, memory: null);

        Assert.InRange(norm.Error, 1e-9, 0.5);
        Assert.InRange(Math.Abs(3 - norm.Value), 0, norm.Error + 1e-6);
    }

    [Fact]
    public void LanczosMethodTakesTwoProducts()
    {
        SpectralNormOptions one = new() { Iterations = 1 };

        Assert.Empty(one.Problems());
        Assert.Equal("iterations", Assert.Single((one with { Method = EigenvectorMethod.Lanczos }).Problems()).Key);
    }

    // f = -x^4 / 12: its second derivative -x^2 has magnitude x^2, whose slope is 2 x.
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, -1)]
    public void NegativeCurvatureCountsAsSharpUnlessSigned(bool signed, double sign)
    {
        using var scope = NewDisposeScope();
        var point = Point(new FunctionLoss(x => -x.pow(4).sum() / 12), tensor(new[] { 1.5 }));

        var (estimate, gradient) = new SpectralNorm(new() { Signed = signed }).MeasureWithGradient(point, memory: null);

        Assert.Equal(sign * 2.25, estimate.Value, 1e-12);
        Assert.Equal(sign * 3, gradient.item<double>(), 1e-12);
    }

    [Fact]
    public void TheGradientOfSeparateQuarticsTouchesTheSharpestAlone()
    {
        using var scope = NewDisposeScope();
        var point = Point(new FunctionLoss(x => x.pow(4).sum() / 12), tensor(new[] { 1.0, -3.0, 2.0 }));

        var (estimate, gradient) = new SpectralNorm(new() { Iterations = 200, Tolerance = 1e-13 })
            .MeasureWithGradient(point, memory: null);

        Assert.Equal(9, estimate.Value, 1e-12);
        Golden.AssertClose([0, -6, 0], gradient, 1e-9, scale: 1);
    }

    [Fact]
    public void FromTheMemoryOneProductAStepConverges()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read("flatness_mlp_sigmoid");
        var point = Point(new GoldenMlp(golden.GetProperty("mlp")), Golden.Tensor(golden.GetProperty("theta")));
        var warm = new SpectralNorm(new() { Iterations = 1 });
        var cold = new SpectralNorm(new() { Iterations = 1, WarmStart = false });
        Tensor? memory = null;
        var estimate = new FlatnessEstimate(0, 0);
        for (var step = 0; step < 200; step++)
        {
            estimate = warm.Measure(point, memory);
            memory = estimate.Memory;
        }

        var expected = golden.GetProperty("expected").GetProperty("lambda_max_abs").GetDouble();
        Assert.Equal(expected, estimate.Value, 1e-9 * expected);
        Assert.Equal(cold.Measure(point, memory: null).Number.Value, cold.Measure(point, memory).Number.Value);
        Assert.Null(cold.Measure(point, memory).Memory);
    }

    private static FlatnessPoint Point(ILoss loss, Tensor theta) =>
        new(loss, _ => loss, theta, Step: 0, RandomStreams.FromSeed(1));
}
