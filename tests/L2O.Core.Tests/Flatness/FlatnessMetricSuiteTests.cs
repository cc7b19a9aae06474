using L2O.Flatness;
using L2O.Flatness.Curvature;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Flatness;

/// <summary>What must hold for every flatness metric.</summary>
public sealed class FlatnessMetricSuiteTests
{
    private static readonly Dictionary<string, IFlatnessMetric> Metrics = new()
    {
        ["hessian_ev"] = new SpectralNorm(new() { Iterations = 500, Tolerance = 1e-8 }),
        ["hessian_ev few products"] = new SpectralNorm(new() { Iterations = 2 }),
        ["hessian_ev cold signed"] = new SpectralNorm(new() { WarmStart = false, Signed = true }),
        ["hessian_ev lanczos"] = new SpectralNorm(new() { Method = EigenvectorMethod.Lanczos, Iterations = 40 }),
        ["hessian_trace"] = new HessianTrace(new()),
        ["hessian_trace squared"] = new HessianTrace(new() { Form = TraceForm.Squared, Probes = 3 }),
        ["hessian_trace hinge"] = new HessianTrace(new() { Form = TraceForm.Hinge, Frozen = true }),
        ["hessian_trace signed"] = new HessianTrace(new() { Form = TraceForm.Signed }),
        ["hessian_trace hutch_plus_plus"] = new HessianTrace(new() { Method = TraceMethod.HutchPlusPlus, Probes = 7 }),
        ["hessian_frobenius"] = new FrobeniusNorm(new() { Probes = 3 }),
        ["esd_sum"] = new SpectralScalar(new() { Runs = 2, Iterations = 4 }),
        ["esd_sum differentiated"] = new SpectralScalar(new() { Runs = 2, Iterations = 4, Differentiated = true }),
        ["esd_trace"] = new SpectralScalar(new() { Scalar = EsdScalar.EsdTrace, Runs = 2 }),
        ["esd_square"] = new SpectralScalar(new() { Scalar = EsdScalar.EsdSquare }),
        ["esd_max"] = new SpectralScalar(new() { Scalar = EsdScalar.EsdMax, Iterations = 30 }),
        ["esd_max differentiated"] = new SpectralScalar(
            new() { Scalar = EsdScalar.EsdMax, Iterations = 4, Differentiated = true }),
        ["gradient_norm"] = new GradientNorm(),
        ["local_entropy"] = new LocalEntropy(new LocalEntropyOptions { Noise = 0.1 }),
        ["local_entropy_excess"] = new LocalEntropyExcess(new() { Noise = 0.1, Pairs = 3 }),
        ["sam_loss"] = new SamLoss(new()),
        ["sam_sharpness"] = new SamSharpness(new() { Adaptive = true }),
        ["first_order_flatness"] = new FirstOrderFlatness(new()),
        ["first_order_flatness converged"] = new FirstOrderFlatness(new() { AscentSteps = 40 }),
    };

    public static TheoryData<string> All => [.. Metrics.Keys];

    /// <summary>Those whose gradient is that of their value, and not an estimate or a convention.</summary>
    public static TheoryData<string> Exact =>
    [
        "hessian_ev", "hessian_ev lanczos", "hessian_trace", "hessian_trace squared", "hessian_trace hinge",
        "hessian_trace signed", "hessian_frobenius", "esd_sum differentiated", "esd_trace", "esd_square", "esd_max",
        "esd_max differentiated", "gradient_norm", "first_order_flatness converged",
    ];

    public static TheoryData<string> OfTheHessian =>
        [.. Metrics.Keys.Where(kind => kind.Split('_')[0] is "hessian" or "esd")];

    [Theory]
    [MemberData(nameof(Exact))]
    public void TheGradientIsTheCentralDifferenceOfTheValue(string kind)
    {
        using var scope = NewDisposeScope();
        foreach (var activation in new[] { "sigmoid", "tanh" })
        {
            var (loss, theta) = Perceptron(activation);

            var (_, gradient) = Metrics[kind].MeasureWithGradient(Point(loss, theta), memory: null);

            Differences.AssertGradient(at => Value(kind, loss, at), theta, gradient, 1e-6);
        }
    }

    [Theory]
    [InlineData("hessian_ev")]
    [InlineData("hessian_trace")]
    [InlineData("hessian_frobenius")]
    [InlineData("esd_sum differentiated")]
    [InlineData("gradient_norm")]
    [InlineData("first_order_flatness converged")]
    public void ThroughConvolutionNormalisationAndPoolingItIsTheCentralDifferenceToo(string kind)
    {
        using var scope = NewDisposeScope();
        var (loss, theta) = (new SmallConvNet(), SmallConvNet.Theta());

        var (_, gradient) = Metrics[kind].MeasureWithGradient(Point(loss, theta), memory: null);

        Differences.AssertGradient(at => Value(kind, loss, at), theta, gradient, 1e-4);
    }

    [Theory]
    [MemberData(nameof(OfTheHessian))]
    public void OnQuadraticsTheGradientIsExactlyZero(string kind)
    {
        using var scope = NewDisposeScope();
        var a = tensor(new[,] { { 3.0, 1.0, 0.2 }, { 1.0, 2.0, -0.4 }, { 0.2, -0.4, 1.0 } });
        var point = Point(new FunctionLoss(x => (0.5 * x.dot(a.mv(x))) - x.sum()), tensor(new[] { 0.5, -1.0, 2.0 }));

        var (estimate, gradient) = Metrics[kind].MeasureWithGradient(point, memory: null);

        Assert.True(estimate.Value > 0);
        Assert.Equal([0.0, 0.0, 0.0], gradient.data<double>().ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void TheNumberAloneIsTheOneThatComesWithTheGradient(string kind)
    {
        using var scope = NewDisposeScope();
        var (loss, theta) = Perceptron("sigmoid");

        var alone = Metrics[kind].Measure(Point(loss, theta), memory: null);
        var (estimate, gradient) = Metrics[kind].MeasureWithGradient(Point(loss, theta), memory: null);

        Assert.Equal(alone.Value, estimate.Value, 1e-12 * Math.Abs(alone.Value));
        Assert.Equal(alone.Error, estimate.Error, 1e-9);
        Assert.Equal(theta.shape, gradient.shape);
        Assert.False(gradient.requires_grad);
        Assert.Equal(alone.Memory is null, estimate.Memory is null);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void TheSameStreamsGiveTheSameBitsWhateverTheGlobalGeneratorDid(string kind)
    {
        using var scope = NewDisposeScope();
        var (loss, theta) = Perceptron("tanh");

        var (first, firstGradient) = Metrics[kind].MeasureWithGradient(Point(loss, theta), memory: null);
        manual_seed(99);
        var (second, secondGradient) = Metrics[kind].MeasureWithGradient(Point(loss, theta), memory: null);

        Assert.Equal(first.Value, second.Value);
        Assert.Equal(firstGradient.data<double>().ToArray(), secondGradient.data<double>().ToArray());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void NothingIsLeftBehindAndArgumentsAreUntouched(string kind)
    {
        using var scope = NewDisposeScope();
        var (loss, theta) = Perceptron("sigmoid");
        var memory = Direction.Random(theta, RandomStreams.FromSeed(4));
        var before = (theta.clone(), memory.clone());
        List<long> counts = [];
        for (var call = 0; call < 4; call++)
        {
            using (var inner = NewDisposeScope())
            {
                Metrics[kind].Measure(Point(loss, theta), memory);
                var (estimate, gradient) = Metrics[kind].MeasureWithGradient(Point(loss, theta), memory);
                inner.DisposeEverythingBut(estimate.Memory is null ? [gradient] : [gradient, estimate.Memory]);
                Assert.Equal(estimate.Memory is null ? 1 : 2, inner.DisposablesCount);
            }

            counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Single(counts.Distinct());
        Assert.Equal(before.Item1.data<double>().ToArray(), theta.data<double>().ToArray());
        Assert.Equal(before.Item2.data<double>().ToArray(), memory.data<double>().ToArray());
        Assert.False(theta.requires_grad);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void InSinglePrecisionItIsTheSameNumberInFewerDigits(string kind)
    {
        using var scope = NewDisposeScope();
        var weights = arange(6, dtype: float64).mul(0.7).sin() + 2;
        FunctionLoss Quartic(ScalarType type)
        {
            var scale = weights.to(type);
            return new(x => (scale * x.pow(4)).sum() / 12);
        }

        var theta = arange(6, dtype: float64).mul(1.1).cos() + 1.5;
        (FlatnessEstimate Estimate, Tensor Gradient) In(ScalarType type) =>
            Metrics[kind].MeasureWithGradient(Point(Quartic(type), theta.to(type)), memory: null);

        var (wide, wideGradient) = In(float64);
        var (narrow, gradient) = In(float32);

        Assert.Equal(float32, gradient.dtype);
        Assert.Equal(wide.Value, narrow.Value, 1e-3 * Math.Abs(wide.Value));
        Golden.AssertClose(
            wideGradient.data<double>().ToArray(), gradient, 2e-2, scale: wideGradient.abs().max().item<double>());
    }

    private static double Value(string kind, ILoss loss, Tensor theta) =>
        Metrics[kind].Measure(Point(loss, theta), memory: null).Value;

    private static FlatnessPoint Point(ILoss loss, Tensor theta) =>
        new(loss, _ => loss, theta, Step: 3, RandomStreams.FromSeed(11));

    private static (ILoss Loss, Tensor Theta) Perceptron(string activation)
    {
        var golden = Golden.Read($"flatness_mlp_{activation}");
        return (new GoldenMlp(golden.GetProperty("mlp")), Golden.Tensor(golden.GetProperty("theta")));
    }
}
