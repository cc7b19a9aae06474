using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Optimizees;
using L2O.Randomness;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.MetaTraining;

public sealed class EvolutionRegularizerTests
{
    private const int Length = 2;
    private const int UnrollCount = 3;
    private const int SampleCount = 250;
    private const double Phi = 0.06;
    private const double Weight = 0.5;

    private static readonly double[] Curvature = [1.0, 3.0, 0.5];
    private static readonly double[] Origin = [0.8, -0.6, 1.1];
    private static readonly RandomStreams Streams = RandomStreams.FromSeed(3);

    // Its Hessian is diagonal, so that one sign vector gives the trace.
    private static readonly FunctionOptimizee Valley =
        new(x => x.pow(4).sum() + (tensor(Curvature) * x.square()).sum(), Origin);

    // So small that the blur does not show.
    private static readonly EvolutionOptions OnePair = new() { Sigma = 1e-3, Pairs = 1 };

    public static TheoryData<RegularizerOptions> Choices =>
    [
        new RegularizerOptions { Metric = new GradientNormOptions(), Weight = Weight },
        new RegularizerOptions { Metric = new HessianTraceOptions(), Weight = Weight, Every = 4 },
        new RegularizerOptions { Metric = new HessianTraceOptions(), Weight = Weight, Steps = RegularizedSteps.Last },
        new RegularizerOptions { Metric = new GradientNormOptions(), Weight = Weight, Every = 2, Reduce = RegularizerReduction.Sum },
        new RegularizerOptions { Metric = new GradientNormOptions(), Weight = Weight, Schedule = RegularizedUnrolls.Posterior },
    ];

    [Theory]
    [MemberData(nameof(Choices))]
    public void TheObjectiveIsTheMetaLossAndTheWeightedMetricAtTheScheduledPoints(RegularizerOptions options)
    {
        using var scope = NewDisposeScope();
        var run = ForwardUnroll.Of(new LinearRule(), PlanOf(options, length: 6, unroll: 0, unrollCount: 1), new(1), default);

        var score = run([new(tensor([Phi]), new(0, Valley.InitialTheta(), Optimizer: null))])[0].Score;

        var (metaLoss, regularizer) = Definition(Phi, options, length: 6, unrollCount: 1);
        Assert.Equal(metaLoss, score.MetaLoss, 1e-12);
        Assert.Equal(metaLoss + (Weight * regularizer), score.Objective, 1e-12);
        Assert.Equal(options.Reduce == RegularizerReduction.Sum ? regularizer / 3 : regularizer, score.RegularizerValue ?? double.NaN, 1e-12);
    }

    public static TheoryData<RegularizerOptions> Metrics =>
    [
        new RegularizerOptions { Metric = new GradientNormOptions(), Weight = Weight },
        new RegularizerOptions { Metric = new HessianTraceOptions(), Weight = Weight, Steps = RegularizedSteps.Last },
    ];

    [Theory]
    [MemberData(nameof(Metrics))]
    public void TheMeanEstimateOfAnUnrollIsTheGradientOfTheRegularizedObjective(RegularizerOptions options)
    {
        using var scope = NewDisposeScope();
        var plan = PlanOf(options, length: 6, unroll: 0, unrollCount: 1);
        var samples = Samples(at => EvolutionStrategies.Estimate(
            ForwardUnroll.Of(new LinearRule(), plan, new(1), default),
            tensor([Phi]),
            new UnrollState(0, Valley.InitialTheta(), Optimizer: null),
            OnePair,
            at).MetaGradient.item<double>());

        Assert.InRange(Deviation(samples, Slope(options, length: 6, unrollCount: 1, Weight)), 0, 3);
        Assert.True(Deviation(samples, Slope(options, length: 6, unrollCount: 1, weight: 0)) > 6, "the regularizer should be seen");
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public void PersistentEstimatesAddUpToTheGradientOfTheWholeRegularizedEpisode(RegularizerOptions options)
    {
        using var scope = NewDisposeScope();
        var samples = Samples(at => Persistent(options, at));

        Assert.InRange(Deviation(samples, Slope(options, Length, UnrollCount, Weight)), 0, 3);
        Assert.True(Deviation(samples, Slope(options, Length, UnrollCount, weight: 0)) > 6, "the regularizer should be seen");
    }

    // Probes and minibatches of the metric do not cancel by themselves: one probe misses this trace by far.
    [Fact]
    public void RunsOfAPairMeetTheSameMinibatchesAndProbes()
    {
        using var scope = NewDisposeScope();
        var bowl = new NoisyBowl();
        using var episode = bowl.Start(Streams);
        SumOptimizee tilted = new([bowl, new FunctionOptimizee(x => x.sum().pow(4), new double[bowl.Layout.Count])]);
        using var sum = tilted.Start(Streams);
        RegularizerOptions options = new() { Metric = new HessianTraceOptions(), Weight = 1, Minibatches = 2 };
        UnrollPlan plan = new(
            tilted.Layout, sum, default, 4, new(MetaLossForm.Mean), Of(options, unroll: 0, unrollCount: 1));
        UnrollState start = new(0, sum.InitialTheta(), Optimizer: null);
        var phi = tensor([0.01]);

        var scores = ForwardUnroll.Of(new LinearRule(), plan, new(2), default)([new(phi, start), new(phi, start)])
            .Select(outcome => outcome.Score).ToArray();

        Assert.Equal(scores[0], scores[1]);
        Assert.True(scores[0].RegularizerValue > 0);
    }

    private static double Persistent(RegularizerOptions options, RandomStreams at)
    {
        var phi = tensor([Phi]);
        var pairs = PersistentEvolutionStrategies.Start(
            phi, new UnrollState(0, Valley.InitialTheta(), Optimizer: null), OnePair);
        double sum = 0;
        for (var unroll = 0; unroll < UnrollCount; unroll++)
        {
            var plan = PlanOf(options, Length, unroll, UnrollCount);
            var result = PersistentEvolutionStrategies.Estimate(
                ForwardUnroll.Of(new LinearRule(), plan, new(1), default), phi, pairs, OnePair, at.At("unroll", unroll));
            (pairs, sum) = (result.End, sum + result.MetaGradient.item<double>());
        }

        return sum;
    }

    // The sum over the unrolls, in plain numbers: the mean loss, and the metric at the scheduled points.
    private static (double MetaLoss, double Regularizer) Definition(
        double phi, RegularizerOptions options, int length, int unrollCount)
    {
        double[] x = [.. Origin];
        double losses = 0, regularizer = 0;
        for (var unroll = 0; unroll < unrollCount; unroll++)
        {
            for (var t = 1; t <= length; t++)
            {
                x = [.. x.Zip(Gradient(x), (at, slope) => at - (phi * slope))];
                losses += x.Zip(Curvature, (at, c) => Math.Pow(at, 4) + (c * at * at)).Sum() / length;
                var every = options.Steps == RegularizedSteps.Last ? length : options.Every;
                if ((length - t) % every == 0)
                {
                    var points = options.Reduce == RegularizerReduction.Sum ? 1 : Math.Ceiling(length / (double)every);
                    regularizer += Metric(x, options) / points;
                }
            }
        }

        return (losses, regularizer);
    }

    private static double Metric(double[] x, RegularizerOptions options) => options.Metric is GradientNormOptions
        ? Gradient(x).Average(slope => slope * slope)
        : x.Zip(Curvature, (at, c) => (12 * at * at) + (2 * c)).Sum();

    private static double[] Gradient(double[] x) =>
        [.. x.Zip(Curvature, (at, c) => (4 * Math.Pow(at, 3)) + (2 * c * at))];

    private static double Slope(RegularizerOptions options, int length, int unrollCount, double weight)
    {
        const double h = 1e-5;
        double At(double phi)
        {
            var (metaLoss, regularizer) = Definition(phi, options, length, unrollCount);
            return metaLoss + (weight * regularizer);
        }

        return (At(Phi + h) - At(Phi - h)) / (2 * h);
    }

    private static double[] Samples(Func<RandomStreams, double> estimate) =>
    [
        .. Enumerable.Range(0, SampleCount).Select(i =>
        {
            using var scope = NewDisposeScope();
            return estimate(Streams.At("sample", i));
        }),
    ];

    private static double Deviation(double[] samples, double exact)
    {
        var mean = samples.Average();
        var variance = samples.Sum(sample => (sample - mean) * (sample - mean)) / (samples.Length - 1);
        return Math.Abs(mean - exact) / Math.Sqrt(variance / samples.Length);
    }

    private static UnrollPlan PlanOf(RegularizerOptions options, int length, int unroll, int unrollCount) => new(
        Valley.Layout, Valley, default, length, new(MetaLossForm.Mean), Of(options, unroll, unrollCount));

    private static UnrollRegularizer Of(RegularizerOptions options, int unroll, int unrollCount) => new(
        new(options.Metric is GradientNormOptions ? new GradientNorm() : new HessianTrace(new()), options),
        options.Weight,
        unroll,
        unrollCount,
        drawn: 0,
        Streams);
}
