using L2O.Evaluation;
using L2O.Flatness;
using L2O.Flatness.Curvature;
using L2O.Optimizees.Networks;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Evaluation;

/// <summary>f = (4 x^2 + y^2 - 2 z^2) / 2 at (1, 2, 0.5), where the gradient is (4, 2, -1) and f is 3.75.</summary>
public sealed class FlatnessMeterTests
{
    private static readonly double[] Curvatures = [4, 1, -2];
    private static readonly double[] Theta = [1, 2, 0.5];
    private static readonly double[] Gradient = [4, 2, -1];

    private static readonly FlatnessOptions Options = new() { LanczosSteps = 10, LanczosRuns = 2 };

    private static readonly IReadOnlyList<NamedMetric> Metrics =
    [
        new("hessian_ev", new SpectralNorm(new() { Method = EigenvectorMethod.Lanczos, Iterations = 10 })),
        new("hessian_trace", new HessianTrace(new() { Probes = 5 })),
        new("hessian_frobenius", new FrobeniusNorm(new() { Probes = 5 })),
        new("gradient_norm", new GradientNorm()),
        new("local_entropy", new LocalEntropy(new LocalEntropyOptions { Gamma = 50, Pairs = 400 })),
        new("local_entropy_excess", new LocalEntropyExcess(new() { Gamma = 50, Pairs = 400 })),
        new("sam_sharpness", new SamSharpness(new() { Rho = 0.1 })),
        new("sam_sharpness adaptive", new SamSharpness(new() { Rho = 0.2, Adaptive = true })),
        new("first_order_flatness", new FirstOrderFlatness(new() { AscentSteps = 2 })),
    ];

    [Theory]
    [InlineData("hessian_ev", 4)]
    [InlineData("hessian_trace", 3)]
    [InlineData("hessian_frobenius", 4.58257569495584)]
    [InlineData("gradient_norm", 7)]
    public void OfAQuadraticTheHessiansNumbersAreThoseOfItsMatrix(string metric, double exact)
    {
        var estimate = Estimated(metric);

        Assert.Equal(exact, estimate.Value, 1e-12);
        Assert.InRange(estimate.Error, 0, 1e-12);
    }

    // The step d of length rho along g, or in units of |theta|, adds g'd + d'Hd / 2.
    [Theory]
    [InlineData("sam_sharpness", 0.1, false)]
    [InlineData("sam_sharpness adaptive", 0.2, true)]
    public void SharpnessIsWhatTheWorstStepAdds(string metric, double rho, bool isAdaptive)
    {
        double[] scale = isAdaptive ? Theta : [1, 1, 1];
        var norm = Math.Sqrt(Enumerable.Range(0, 3).Sum(i => Math.Pow(scale[i] * Gradient[i], 2)));
        double[] step = [.. Enumerable.Range(0, 3).Select(i => rho * scale[i] * scale[i] * Gradient[i] / norm)];
        var added = Enumerable.Range(0, 3).Sum(i => (Gradient[i] * step[i]) + (Curvatures[i] * step[i] * step[i] / 2));

        Assert.Equal(added, Estimated(metric).Value, 1e-12);
    }

    // -log E exp(-f(theta + s)), s normal of variance 1 / gamma: f + sum of log(1 + c / gamma) / 2 - g^2 / (2 (c + gamma)).
    [Fact]
    public void LocalEntropyLiesWithinItsErrorOfTheClosedForm()
    {
        var excess = Enumerable.Range(0, 3).Sum(i =>
            (Math.Log(1 + (Curvatures[i] / 50)) / 2) - (Gradient[i] * Gradient[i] / (2 * (Curvatures[i] + 50))));

        var (whole, part) = (Estimated("local_entropy"), Estimated("local_entropy_excess"));

        Assert.Equal(excess, part.Value, 4 * part.Error);
        Assert.Equal(3.75 + part.Value, whole.Value, 1e-12);
        Assert.InRange(part.Error, 1e-6, 0.02);
    }

    [Fact]
    public void TheSameLossOnEverySplitLeavesNoGapAndNoAccuracy()
    {
        var measured = Measure(isDiverged: false).ToDictionary(number => number.Metric, number => number.Estimate);

        Assert.Equal(new Estimate(0, 0), measured["loss_gap"]);
        Assert.Equal(new Estimate(3.75, 0), measured["test_loss"]);
        Assert.Null(measured["accuracy_gap"]);
    }

    // The start is where the solution is, but for what the test says: a formula's loss of no training is the loss at its start.
    [Fact]
    public void OfAFormulaNoTrainingIsTheLossAtItsStart() =>
        Assert.Equal(3.75, Estimated("untrained_loss").Value, 1e-12);

    // 0 is where a network gives every class the same chance; a start may be far above that.
    [Fact]
    public void OfAClassifierNoTrainingIsChance()
    {
        using var scope = NewDisposeScope();
        using var data = RandomImages.Create([1, 3, 4], classes: 3, train: 30, validation: 6, test: 5, float64);
        Classifier classifier = new(new Mlp([12, 5, 3], Activation.Tanh, 0.5), data, batchSize: 7, new(CPU, float64));
        using var episode = classifier.Start(RandomStreams.FromSeed(1));
        Solution solution = new(
            episode, classifier.Layout, 3 * episode.InitialTheta(), RandomStreams.FromSeed(1), IsDiverged: false);

        var measured = new FlatnessMeter(Options, [], new StepClock()).Measure(solution, _ => { }, _ => { }, default)
            .ToDictionary(number => number.Metric, number => number.Estimate?.Value ?? double.NaN);

        Assert.Equal(Math.Log(3), measured["untrained_loss"], 1e-12);
        Assert.InRange(measured["train_loss"], 1.2 * Math.Log(3), 10);
    }

    [Theory]
    [InlineData(2.302, 2.302585, true)]
    [InlineData(2.2, 2.302585, true)]
    [InlineData(2.18, 2.302585, false)]
    [InlineData(0.1, 2.302585, false)]
    [InlineData(-3.1, -3, true)]
    [InlineData(-3.2, -3, false)]
    [InlineData(double.NaN, 2.302585, false)]
    [InlineData(2.302, double.NaN, false)]
    public void ALossThatHasNotFallenByATwentiethIsUntrained(double loss, double untrained, bool isUntrained) =>
        Assert.Equal(isUntrained, FlatnessMeter.IsUntrained(loss, untrained));

    // Each product with the Hessian counts as two gradients, and its own gradient as one: 3 products span the space and a
    // fourth is the check; 5 probes; and a loss as a third: 400 pairs, and theta itself. A climb of 2
    // steps sees 3 points, with a product at each.
    [Theory]
    [InlineData("hessian_ev", 9)]
    [InlineData("hessian_trace", 11)]
    [InlineData("hessian_frobenius", 11)]
    [InlineData("gradient_norm", 1)]
    [InlineData("local_entropy", 266.666666666667)]
    [InlineData("local_entropy_excess", 267)]
    [InlineData("sam_sharpness", 1.333333333333)]
    [InlineData("first_order_flatness", 9)]
    public void CostsAreCountedInGradients(string metric, double gradients)
    {
        var cost = Measure(isDiverged: false).Single(number => number.Metric == metric).Cost;

        Assert.Equal(gradients, cost?.GradientEvaluations ?? double.NaN, 1e-9);
        Assert.Equal(1, cost?.Seconds);
    }

    [Fact]
    public void OfADivergedRunEveryNumberIsNaN()
    {
        var measured = Measure(isDiverged: true);

        Assert.Equal(Meter.Metrics, measured.Select(number => number.Metric));
        Assert.All(measured, number => Assert.Equal(new Estimate(double.NaN, double.NaN), number.Estimate));
    }

    [Fact]
    public void NoTensorIsLeftBehind()
    {
        using var scope = NewDisposeScope();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Measure(isDiverged: false);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static FlatnessMeter Meter => new(Options, Metrics, new StepClock());

    private static Estimate Estimated(string metric) =>
        Measure(isDiverged: false).Single(number => number.Metric == metric).Estimate
        ?? throw new ArgumentException(metric);

    private static IReadOnlyList<Measured> Measure(bool isDiverged)
    {
        using var scope = NewDisposeScope();
        var curvatures = tensor(Curvatures);
        var bowl = new FunctionOptimizee(x => 0.5 * (curvatures * x.square()).sum(), Theta);
        Solution solution = new(bowl, bowl.Layout, tensor(Theta), RandomStreams.FromSeed(1), isDiverged);
        return Meter.Measure(solution, density => Assert.Equal(1, density.Weights.Sum(), 1e-12), _ => { }, default);
    }
}
