using L2O.Data;
using L2O.Flatness.Curvature;
using L2O.Kernels.Vectors;
using L2O.Optimizees.Networks;
using L2O.Optimizees.Networks.Fused;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizees.Networks.Fused;

public sealed class FusedPerceptronTests
{
    private const int ImageCount = 60;

    public static TheoryData<long[], int> Shapes => new()
    {
        { [784, 20, 10], 128 }, { [64, 32, 10], 64 }, { [5, 3], 1 }, { [7, 4, 6, 3, 2], 33 }, { [16, 16, 16], 35 }, { [33, 17, 20], 4 },
    };

    public static TheoryData<Activation> AllActivations => [.. Enum.GetValues<Activation>()];

    private static IEnumerable<VectorWidth> Widths =>
        Enum.GetValues<VectorWidth>().Where(width => width <= VectorWidths.Widest);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void LossAndGradientAreThoseOfTheGraph(long[] sizes, int batchSize)
    {
        foreach (var width in Widths)
        {
            AssertSame(sizes, Activation.Tanh, batchSize, ScalarType.Float64, width, tolerance: 1e-12);
            AssertSame(sizes, Activation.Tanh, batchSize, ScalarType.Float32, width, tolerance: 2e-6);
        }
    }

    [Theory]
    [MemberData(nameof(AllActivations))]
    public void EveryActivationIsThatOfTheGraph(Activation activation)
    {
        // The normal distribution is a fit for float32.
        var tolerance = activation == Activation.Gelu ? 3e-7 : 1e-12;
        AssertSame([9, 20, 12, 4], activation, 40, ScalarType.Float64, VectorWidths.Widest, tolerance);
        AssertSame([9, 20, 12, 4], activation, 40, ScalarType.Float32, VectorWidths.Widest, tolerance: 2e-6);
    }

    [Fact]
    public void AMeasurementCountsWhatTheGraphFinds()
    {
        using var scope = NewDisposeScope();
        var (theta, examples) = Problem([12, 9, 4], ScalarType.Float64);
        int[] indices = [.. Enumerable.Range(0, ImageCount)];

        var (loss, squares, correctCount) = Kernel([12, 9, 4], Activation.Relu).Tally(theta, examples, indices);

        var logits = new Mlp([12, 9, 4], Activation.Relu, initialScale: 1).Logits(theta, examples.Inputs);
        var losses = nn.functional.cross_entropy(logits, examples.Labels, reduction: nn.Reduction.None);
        Assert.Equal(losses.sum().item<double>(), loss, 1e-10);
        Assert.Equal(losses.square().sum().item<double>(), squares, 1e-10);
        Assert.Equal(logits.argmax(1).eq(examples.Labels).sum().item<long>(), correctCount);
        examples.Dispose();
    }

    [Fact]
    public void BitsDoNotDependOnThreads()
    {
        using var scope = NewDisposeScope();
        var (theta, examples) = Problem([784, 50, 50, 10], ScalarType.Float32);
        int[] indices = [.. Enumerable.Range(0, 300).Select(i => i * 7 % ImageCount)];

        var one = new FusedPerceptron([784, 50, 50, 10], Activation.Gelu, VectorWidths.Widest, threads: 1)
            .LossWithGradient(theta, examples, indices);

        for (var repeat = 0; repeat < 10; repeat++)
        {
            var many = new FusedPerceptron([784, 50, 50, 10], Activation.Gelu, VectorWidths.Widest, threads: 3)
                .LossWithGradient(theta, examples, indices);
            Assert.Equal(one.Loss, many.Loss);
            Assert.Equal(one.Gradient.data<float>(), many.Gradient.data<float>());
        }

        examples.Dispose();
    }

    [Fact]
    public void MemoryOfAnotherSizeLeavesNoTrace()
    {
        using var scope = NewDisposeScope();
        var (theta, examples) = Problem([20, 9, 7], ScalarType.Float32);
        var kernel = Kernel([20, 9, 7], Activation.Softplus);
        int[] few = [1, 2, 3];
        var first = kernel.LossWithGradient(theta, examples, few);
        _ = kernel.LossWithGradient(theta * 100, examples, [.. Enumerable.Range(0, ImageCount)]);

        var again = kernel.LossWithGradient(theta, examples, few);

        Assert.Equal(first.Loss, again.Loss);
        Assert.Equal(first.Gradient.data<float>(), again.Gradient.data<float>());
        examples.Dispose();
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void WhatIsNotFiniteStaysSo(double number)
    {
        using var scope = NewDisposeScope();
        var (theta, examples) = Problem([20, 9, 7], ScalarType.Float32);
        theta[3] = number;

        var (loss, gradient) = Kernel([20, 9, 7], Activation.Relu).LossWithGradient(theta, examples, [0, 1, 2, 3]);

        Assert.False(double.IsFinite(loss));
        Assert.False(gradient.isfinite().all().item<bool>());
        examples.Dispose();
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ProductsWithTheHessianAreThoseOfTheGraph(long[] sizes, int batchSize)
    {
        foreach (var width in Widths)
        {
            AssertSameCurvature(sizes, Activation.Tanh, batchSize, ScalarType.Float64, width, tolerance: 1e-11);
            AssertSameCurvature(sizes, Activation.Tanh, batchSize, ScalarType.Float32, width, tolerance: 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(AllActivations))]
    public void EveryActivationsCurvatureIsThatOfTheGraph(Activation activation)
    {
        var tolerance = activation == Activation.Gelu ? 1e-6 : 1e-11;
        AssertSameCurvature([9, 20, 12, 4], activation, 40, ScalarType.Float64, VectorWidths.Widest, tolerance);
        AssertSameCurvature([9, 20, 12, 4], activation, 40, ScalarType.Float32, VectorWidths.Widest, tolerance: 1e-5);
    }

    [Fact]
    public void CurvatureDoesNotDependOnThreads()
    {
        using var scope = NewDisposeScope();
        var (theta, examples) = Problem([784, 50, 50, 10], ScalarType.Float32);
        int[] indices = [.. Enumerable.Range(0, 300).Select(i => i * 7 % ImageCount)];
        var v = theta.sin();
        (Tensor, Tensor) By(int threads) => new FusedPerceptron([784, 50, 50, 10], Activation.Gelu, VectorWidths.Widest, threads)
            .TimesVectorWithGradient(theta, v, examples, indices);

        var (product, gradient) = By(threads: 1);
        var (ofThree, gradientOfThree) = By(threads: 3);
        var alone = new FusedPerceptron([784, 50, 50, 10], Activation.Gelu).TimesVector(theta, v, examples, indices);

        Assert.Equal(product.data<float>(), ofThree.data<float>());
        Assert.Equal(gradient.data<float>(), gradientOfThree.data<float>());
        Assert.Equal(product.data<float>(), alone.data<float>());
        examples.Dispose();
    }

    [Fact]
    public void GradientsThroughSaturatedUnitsHaveNoNumbersThatAreSlow()
    {
        using var scope = NewDisposeScope();
        var (theta, examples) = Problem([20, 16, 16, 5], ScalarType.Float32);

        var (_, gradient) = Kernel([20, 16, 16, 5], Activation.Tanh).LossWithGradient(theta * 3, examples, [0, 1, 2, 3]);

        var magnitudes = gradient.abs();
        Assert.False(magnitudes.gt(0).logical_and(magnitudes.lt(1.2e-38)).any().item<bool>());
        examples.Dispose();
    }

    private static FusedPerceptron Kernel(long[] sizes, Activation activation) => new(sizes, activation);

    private static void AssertSame(
        long[] sizes, Activation activation, int batchSize, ScalarType type, VectorWidth width, double tolerance)
    {
        using var scope = NewDisposeScope();
        var (theta, examples) = Problem(sizes, type);
        int[] indices = [.. Enumerable.Range(0, batchSize).Select(i => i * 13 % ImageCount)];
        var minibatch = Minibatch.Of(examples, indices);
        var exact = new Mlp(sizes, activation, initialScale: 1)
            .CrossEntropyWithGradient(theta.to(float64), new(minibatch.Inputs.to(float64), minibatch.Labels));

        var (loss, gradient) = new FusedPerceptron(sizes, activation, width, threads: 2).LossWithGradient(theta, examples, indices);

        var expected = exact.Loss.item<double>();
        Assert.True(Math.Abs(loss - expected) <= tolerance * Math.Max(1, expected), $"{width}: {loss} instead of {expected}");
        var error = (gradient.to(float64) - exact.Gradient).abs().max().item<double>();
        var largest = exact.Gradient.abs().max().item<double>();
        Assert.True(error <= tolerance * largest, $"{width}: off by {error}, of at most {largest}");
        examples.Dispose();
    }

    private static void AssertSameCurvature(
        long[] sizes, Activation activation, int batchSize, ScalarType type, VectorWidth width, double tolerance)
    {
        using var scope = NewDisposeScope();
        var (theta, examples) = Problem(sizes, type);
        int[] indices = [.. Enumerable.Range(0, batchSize).Select(i => i * 13 % ImageCount)];
        var minibatch = Minibatch.Of(examples, indices);
        Mlp network = new(sizes, activation, initialScale: 1);
        FunctionLoss loss = new(at => nn.functional.cross_entropy(network.Logits(at, minibatch.Inputs.to(float64)), minibatch.Labels));
        var v = theta.mul(3).sin();
        var (product, gradient) = new Hessian(loss, theta.to(float64)).TimesVectorWithGradient(v.to(float64));

        FusedPerceptron kernel = new(sizes, activation, width, threads: 2);
        var (ofKernel, gradientOfKernel) = kernel.TimesVectorWithGradient(theta, v, examples, indices);

        AssertNear(product, ofKernel);
        AssertNear(product, kernel.TimesVector(theta, v, examples, indices));
        AssertNear(gradient, gradientOfKernel);
        examples.Dispose();

        void AssertNear(Tensor expected, Tensor actual)
        {
            var error = (actual.to(float64) - expected).abs().max().item<double>();
            var largest = expected.abs().max().item<double>();
            Assert.True(error <= tolerance * largest, $"{width}: off by {error}, of at most {largest}");
        }
    }

    private static (Tensor Theta, Examples Examples) Problem(long[] sizes, ScalarType type)
    {
        using var generator = new Generator(5);
        var count = Enumerable.Range(1, sizes.Length - 1).Sum(l => (sizes[l - 1] + 1) * sizes[l]);
        var theta = randn(count, dtype: float64, generator: generator).mul_(0.3).to(type);
        var inputs = rand([ImageCount, sizes[0]], dtype: float64, generator: generator).to(type);
        return (theta, new(inputs, randint(0, sizes[^1], ImageCount, dtype: int64, generator: generator)));
    }
}
