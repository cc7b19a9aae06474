using L2O.Errors;
using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.MetaTraining;

public sealed class RegularizerCalibrationTests
{
    private const double Share = 0.2;

    private static readonly MetaOptions _short = new() { Steps = 6, Unroll = 3 };
    private static readonly RegularizerOptions _shared = new() { Metric = new GradientNormOptions(), Share = Share };

    public static TheoryData<string, MetaOptions, RegularizerOptions> Paths => new()
    {
        { "cotangents", _short, _shared },
        { "whole graph", _short with { SecondDerivatives = true }, _shared },
        { "last of two tasks", _short with { Tasks = 2 }, _shared with { Steps = RegularizedSteps.Last } },
        { "late", _short, _shared with { Start = 3, Schedule = RegularizedUnrolls.Posterior, Reduce = RegularizerReduction.Sum } },
        { "imitation between", _short with { Imitation = new() { Ratios = [0.5] } }, _shared },
        { "of the optimizee", _short with { Tasks = 3 }, _shared with { Target = RegularizerTarget.Optimizee } },
    };

    [Fact]
    public void TheWeightIsTheMedianRatioTimesTheOddsOfTheShare()
    {
        RegularizerCalibration begun = new([], Weight: null);

        // 1 to 18 and one of each kind that counts as large; the 21st is one too many.
        var most = begun.With([double.NaN, .. Enumerable.Range(1, 18).Select(i => (double)i)], _shared);
        var all = most.With([double.PositiveInfinity, -1000], _shared);

        Assert.Null(most.Weight);
        Assert.Equal(0.25 * 10.5, all.Weight ?? double.NaN, 1e-12);
        Assert.Equal(RegularizerCalibration.UnrollCount, all.Ratios.Count);
        Assert.Same(all, all.With([7], _shared));
        Assert.Same(begun, begun.With([7], _shared with { Share = null }));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void UntilTheWeightIsSetTheRunIsTheUnregularizedOne(string name, MetaOptions options, RegularizerOptions shared)
    {
        using var scope = NewDisposeScope();
        var (plain, regularized) = (Trainer(options), Trainer(options, shared));
        var (expected, actual) = (plain.Start(), regularized.Start());
        var measured = 0;
        while (actual.Regularizer.Weight is null)
        {
            (expected, _) = plain.Advance(expected);
            (actual, var reports) = regularized.Advance(actual);
            Assert.Equal(Bits(expected), Bits(actual));
            Assert.All(reports, report => Assert.Null(report.Regularizer.Share));
            measured += reports.Count(report => report.Regularizer is { Value: not null, Ratio: not null });
        }

        // Tasks of one meta-iteration are measured together.
        Assert.True(measured - RegularizerCalibration.UnrollCount is >= 0 and < 3, $"{name}: {measured}");
        Assert.Equal(RegularizerCalibration.UnrollCount, actual.Regularizer.Ratios.Count);
        IReadOnlyList<UnrollReport> later;
        do
        {
            expected = plain.Advance(expected).State;
            (actual, later) = regularized.Advance(actual);
        }
        while (later[0].Regularizer.Share is null);

        Assert.NotEqual(Bits(expected), Bits(actual));
        Assert.All(later, report => Assert.Null(report.Regularizer.Ratio));
    }

    // With a weight so small that it moves nothing, share / (1 - share) is that weight / ratio.
    [Theory]
    [MemberData(nameof(Paths))]
    public void TheWeightIsFoundAgainFromTheSharesOfATinyOne(string name, MetaOptions options, RegularizerOptions shared)
    {
        using var scope = NewDisposeScope();
        const double tiny = 1e-9;
        var weight = ReportsOf(Trainer(options, shared), unrolls: 100).State.Regularizer.Weight;
        var shares = ReportsOf(Trainer(options, shared with { Share = null, Weight = tiny }), unrolls: 100).Reports
            .Select(report => report.Regularizer.Share).OfType<double>().Take(RegularizerCalibration.UnrollCount);

        double[] ratios = [.. shares.Select(share => tiny * (1 - share) / share).Order()];
        var expected = Share / (1 - Share) * (ratios[9] + ratios[10]) / 2;

        Assert.True(Math.Abs((weight ?? double.NaN) - expected) < 1e-5 * expected, $"{name}: {weight}, {expected}");
    }

    [Theory]
    [InlineData(RegularizerTarget.Optimizer)]
    [InlineData(RegularizerTarget.Optimizee)]
    public void TheShareReachedIsNearTheOneAskedFor(RegularizerTarget target)
    {
        using var scope = NewDisposeScope();
        var reports = ReportsOf(Trainer(_short, _shared with { Target = target }), unrolls: 60).Reports;

        var shares = reports.Select(report => report.Regularizer.Share).OfType<double>().ToArray();

        Assert.Equal(40, shares.Length);
        Assert.InRange(shares.TakeLast(20).Average(), Share / 2, Share * 2);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void ARunThatContinuesFromItsStateIsTheSameRunOnAnyThreads(
        string name, MetaOptions options, RegularizerOptions shared)
    {
        using var gate = FinalizerGate.Close();
        using var scope = NewDisposeScope();
        var whole = Trainer(options, shared);
        var state = whole.Start();
        for (var i = 0; i < 30; i++)
        {
            var (next, reports) = whole.Advance(state);
            var (resumed, others) = Trainer(options, shared, workers: 3).Advance(state);
            Assert.True(reports.SequenceEqual(others), name);
            Assert.Equal(Bits(next), Bits(resumed));
            Assert.Equal(next.Regularizer.Ratios, resumed.Regularizer.Ratios);
            Assert.Equal(next.Regularizer.Weight, resumed.Regularizer.Weight);
            state = next;
        }
    }

    [Theory]
    [InlineData(0, 1, "is 0, for the loss has no gradient there")]
    [InlineData(1, 0, "is Infinity, for the regularizer's gradient is zero or not finite there")]
    [InlineData(1, double.NaN, "is Infinity, for the regularizer's gradient is zero or not finite there")]
    public void AMedianThatGivesNoWeightIsAnError(double slope, double ofMetric, string sentence)
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(
            _short,
            new(new Slope(ofMetric), _shared),
            new FunctionOptimizee(x => (slope * x).sum(), [1.0, 2.0]));

        var error = Assert.Throws<ConfigException>(() => ReportsOf(trainer, unrolls: 20));

        Assert.StartsWith("regularizer.share is 0.2, and no weight gives it: over the 20 unrolls", error.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UpdatesThatAreLeftOutMeasureNothing()
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(
            _short, new(new GradientNorm(), _shared), new FunctionOptimizee(x => x.square().sum() * double.NaN, [1.0]));

        var (state, reports) = ReportsOf(trainer, unrolls: 30);

        Assert.All(reports, report => Assert.True(report.Skipped));
        Assert.Empty(state.Regularizer.Ratios);
    }

    private static (MetaTrainingState State, List<UnrollReport> Reports) ReportsOf(MetaTrainer trainer, int unrolls)
    {
        List<UnrollReport> all = [];
        var state = trainer.Start();
        for (var i = 0; i < unrolls; i++)
        {
            (state, var reports) = trainer.Advance(state);
            all.AddRange(reports);
        }

        return (state, all);
    }

    private static double[][] Bits(MetaTrainingState state) =>
        [.. state.Tensors.Where(tensor => tensor.numel() > 0).Select(tensor => tensor.data<double>().ToArray())];

    private static MetaTrainer Trainer(MetaOptions options, RegularizerOptions? shared = null, int workers = 1) => Trainer(
        options, shared is null ? null : new Regularizer(new GradientNorm(), shared), new NoisyBowl(), workers);

    private static MetaTrainer Trainer(
        MetaOptions options, Regularizer? regularizer, L2O.Optimizees.IOptimizee optimizee, int workers = 1) => new(
        new DmOptimizer(new() { Hidden = [5], OutputScale = 0.1 }),
        new Adam(new() { LearningRate = 0.003 }),
        [new("problem", optimizee, Weight: 1)],
        regularizer,
        [new("adam", new Adam(new() { LearningRate = 0.05 }))],
        options,
        RandomStreams.FromSeed(1),
        new(CPU, ScalarType.Float64),
        new(workers));

    // A metric whose gradient is a constant.
    private sealed class Slope(double value) : IFlatnessMetric
    {
        public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory) => new(value: 1, error: 0);

        public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory) =>
            (Measure(point, memory), full_like(point.Theta, value));
    }
}
