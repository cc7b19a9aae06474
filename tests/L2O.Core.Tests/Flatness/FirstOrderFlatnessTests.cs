using L2O.Flatness;
using L2O.Flatness.Curvature;
using L2O.Optimizees.Networks;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness;

public sealed class FirstOrderFlatnessTests
{
    // f = (x^2 + c y^2) / 2 at (3, 1): H g = (3, c^2). With c = 2 or -2 the step of 2.5 along (3, 4) / 5 leads to (4.5, 3), where
    // |g| = |(4.5, 3 c)| = 7.5 and H g / |g| = (4.5, 3 c^2) / 7.5 = (0.6, 1.6).
    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public void OneStepOnAQuadraticIsTheClosedForm(double curvature)
    {
        using var scope = NewDisposeScope();

        var (estimate, gradient) = Metric(rho: 2.5).MeasureWithGradient(Point(Bowl(curvature), [3, 1]), memory: null);

        Assert.Equal(2.5 * 7.5, estimate.Value, 1e-12);
        Assert.Equal(0, estimate.Error);
        Golden.AssertClose([2.5 * 0.6, 2.5 * 1.6], gradient, 1e-12);
    }

    // At the maximum over the ball H^2 (theta + d) = m d: with m = 5, from (3, 1), d = (3 / 4, 4).
    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public void MoreStepsClimbToTheMaximumOverTheBall(double curvature)
    {
        using var scope = NewDisposeScope();
        var rho = Math.Sqrt((0.75 * 0.75) + (4 * 4));
        var point = Point(Bowl(curvature), [3, 1]);
        var norm = Math.Sqrt((3.75 * 3.75) + (10 * 10));

        double[] values = [.. new[] { 1, 2, 4, 40 }.Select(steps => Metric(rho, steps).Measure(point, memory: null).Value)];
        var (_, gradient) = Metric(rho, steps: 40).MeasureWithGradient(point, memory: null);

        Assert.Equal(values.Distinct().Order(), values);
        Assert.Equal(rho * norm, values[^1], 1e-12);
        Golden.AssertClose([rho * 3.75 / norm, rho * 20 / norm], gradient, 1e-12);
    }

    // What its gradient means, against one that shares nothing with it: of rho |g(theta + d)| in theta, at the d of one step.
    [Theory]
    [InlineData("sigmoid")]
    [InlineData("tanh")]
    public void TheGradientIsThatOfTheNormThereWithTheStepHeldFixed(string activation)
    {
        using var scope = NewDisposeScope();
        const double rho = 0.3;
        var golden = Golden.Read($"flatness_mlp_{activation}");
        ILoss loss = new GoldenMlp(golden.GetProperty("mlp"));
        var theta = Golden.Tensor(golden.GetProperty("theta"));
        var hessian = new Hessian(loss, theta);
        var slope = hessian.Dense().mv(hessian.Gradient());
        var step = rho * slope / slope.norm();
        double AfterTheStep(Tensor at) => rho * loss.WithGradient(at + step).Gradient.norm().item<double>();

        var (estimate, gradient) = Metric(rho).MeasureWithGradient(Point(loss, theta), memory: null);

        Assert.Equal(AfterTheStep(theta), estimate.Value, 1e-12);
        Differences.AssertGradient(AfterTheStep, theta, gradient, 1e-6);
    }

    // |g| = 2 rho at the distance rho along the second axis, with the slope 2.
    [Fact]
    public void AtAMinimumItIsTheSquaredRadiusTimesTheSpectralNorm()
    {
        using var scope = NewDisposeScope();
        var point = Point(Bowl(2), [0, 0]);

        var (estimate, gradient) = Metric(rho: 0.1, steps: 60).MeasureWithGradient(point, memory: null);

        Assert.Equal(0.1 * 0.1 * 2, estimate.Value, 1e-12);
        Golden.AssertClose([0, 0.1 * 2], gradient.abs(), 1e-8, scale: 1);
        Assert.InRange(Metric(rho: 0.1).Measure(point, memory: null).Value, 0.1 * 0.1, 0.1 * 0.1 * 2);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 5)]
    public void WhereTheNormIsTheSameEverywhereItHasNoGradient(double factor, double norm)
    {
        using var scope = NewDisposeScope();
        var point = Point(new FunctionLoss(x => factor * ((3 * x[0]) + (4 * x[1]))), [1, 2]);

        var (estimate, gradient) = Metric(rho: 0.1, steps: 3).MeasureWithGradient(point, memory: null);

        Assert.Equal(0.1 * norm, estimate.Value, 1e-12);
        Assert.Equal([0.0, 0.0], gradient.data<double>().ToArray());
    }

    // f = sin: |g| = cos is largest at 0, and a step of 2 from 0.1 ends beyond it, where it is less.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void TheLargestNormMetCounts(int steps)
    {
        using var scope = NewDisposeScope();
        var point = Point(new FunctionLoss(x => x.sin().sum()), [0.1]);

        var (estimate, gradient) = Metric(rho: 2, steps).MeasureWithGradient(point, memory: null);

        Assert.Equal(2 * Math.Cos(0.1), estimate.Value, 1e-12);
        Golden.AssertClose([2 * -Math.Sin(0.1)], gradient, 1e-12);
    }

    // f = -sqrt(1 - x) ends at 1.
    [Fact]
    public void ANormThatIsNotANumberIsNotPassedOver()
    {
        using var scope = NewDisposeScope();
        var point = Point(new FunctionLoss(x => -(1 - x).sqrt().sum()), [0.9]);

        Assert.Equal(double.NaN, Metric(rho: 0.5).Measure(point, memory: null).Value);
        Assert.Equal(double.NaN, Metric(rho: 0.5, steps: 8).Measure(point, memory: null).Value);
    }

    [Fact]
    public void APerceptronsKernelGivesWhatTheGraphDoes()
    {
        using var scope = NewDisposeScope();
        using var data = RandomImages.Create([1, 3, 4], classes: 3, train: 30, validation: 6, test: 5, float32);
        using var episode = new Classifier(new Mlp([12, 5, 3], Activation.Tanh, 0.5), data, batchSize: 7, new(CPU, float32))
            .Start(RandomStreams.FromSeed(1));
        var kernel = episode.Minibatch(step: 1, draw: 0);
        var theta = episode.InitialTheta();

        var (estimate, gradient) = Metric(rho: 0.3, steps: 3).MeasureWithGradient(Point(kernel, theta), memory: null);
        var (expected, expectedGradient) = Metric(rho: 0.3, steps: 3)
            .MeasureWithGradient(Point(new FunctionLoss(kernel.At), theta), memory: null);

        Assert.NotNull(kernel.CurvatureAt(theta));
        Assert.Equal(expected.Value, estimate.Value, 1e-5 * expected.Value);
        Golden.AssertClose(
            expectedGradient.to(float64).data<double>().ToArray(), gradient, 1e-4, scale: expectedGradient.norm().item<float>());
    }

    [Fact]
    public void ARadiusAndAStepAreNeeded() => Assert.Equal(
        ["rho", "ascent_steps"],
        new FirstOrderFlatnessOptions { Rho = 0, AscentSteps = 0 }.Problems().Select(problem => problem.Key));

    private static FirstOrderFlatness Metric(double rho, int steps = 1) => new(new() { Rho = rho, AscentSteps = steps });

    private static FunctionLoss Bowl(double curvature) =>
        new(x => 0.5 * (x[0].square() + (curvature * x[1].square())));

    private static FlatnessPoint Point(ILoss loss, double[] theta) => Point(loss, tensor(theta));

    private static FlatnessPoint Point(ILoss loss, Tensor theta) =>
        new(loss, _ => loss, theta, Step: 0, RandomStreams.FromSeed(1));
}
