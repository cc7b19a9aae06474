using System.Diagnostics.Metrics;
using L2O.Data;
using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Optimizees.Networks;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Registration;
using L2O.Runtime;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Tensors;

/// <summary>How often a program waits for its device: what takes no time on a CPU would be most of it on a GPU.</summary>
public sealed class ReadsTests
{
    public static TheoryData<string, IMetricOptions?> Regularizers => new()
    {
        { "none", null },
        { "gradient_norm", new GradientNormOptions() },
        { "hessian_trace", new HessianTraceOptions { Probes = 3 } },
        { "hessian_frobenius", new FrobeniusNormOptions { Probes = 3 } },
        { "hessian_esd", new SpectralScalarOptions { Scalar = EsdScalar.EsdTrace, Runs = 2 } },
        { "hessian_ev", new SpectralNormOptions { Tolerance = 0, Iterations = 3 } },
        { "local_entropy", new LocalEntropyOptions() },
        { "local_entropy_excess", new LocalEntropyExcessOptions() },
        { "sam_loss", new SamLossOptions() },
        { "sam_sharpness", new SamSharpnessOptions() },
        { "first_order_flatness", new FirstOrderFlatnessOptions { AscentSteps = 2 } },
    };

    [Theory]
    [MemberData(nameof(Regularizers))]
    public void AnUnrollWaitsFourTimes(string name, IMetricOptions? metric)
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(new() { Unroll = 20, Loss = MetaLossForm.Log, ClipNorm = 1 }, metric);
        var state = trainer.Start();
        for (var unroll = 0; unroll < 2; unroll++)
        {
            var reads = Reads(() => (state, _) = trainer.Advance(state));
            Assert.True(reads is >= 1 and <= 4, $"{name}: {reads}");
        }
    }

    [Theory]
    [InlineData(MetaGradientEstimator.TruncatedBptt, true)]
    [InlineData(MetaGradientEstimator.Pes, false)]
    public void SoDoUnrollsOfTheWholeGraphAndARunOfEvolutionStrategies(MetaGradientEstimator estimator, bool secondDerivatives)
    {
        using var scope = NewDisposeScope();
        MetaOptions options = new() { Estimator = estimator, SecondDerivatives = secondDerivatives, Evolution = new() { Pairs = 1 } };
        var trainer = Trainer(options, new LocalEntropyOptions());
        var state = trainer.Start();

        Assert.InRange(Reads(() => (state, _) = trainer.Advance(state)), 1, 4);
    }

    [Fact]
    public void ImitatingWaitsFourTimesToo()
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(new() { Imitation = new() { Ratios = [1] } }, metric: null);
        var state = trainer.Start();

        Assert.InRange(Reads(() => (state, _) = trainer.Advance(state)), 1, 4);
    }

    [Fact]
    public void AMeasuredSplitWaitsOnce()
    {
        using var scope = NewDisposeScope();
        using var episode = Perceptron().Start(RandomStreams.FromSeed(1));

        Assert.Equal(1, Reads(() => episode.Measure(episode.InitialTheta(), Split.Test)));
    }

    [Fact]
    public void ReadsAreCountedOneByOne()
    {
        using var scope = NewDisposeScope();
        var scalar = ones(1);

        Assert.Equal(3, Reads(() =>
        {
            ScalarTensor.Value(scalar);
            ScalarTensor.Value(scalar);
            ScalarTensor.Values([scalar, scalar]);
        }));
    }

    // In float64, where the perceptron and the rule have no kernels.
    private static Classifier Perceptron()
    {
        var data = RandomImages.Create([1, 3, 3], classes: 4, train: 50, validation: 10, test: 350, float64);
        return new(new Mlp(new() { Data = "noise", Hidden = [5] }, data), data, batchSize: 8, new(CPU, float64));
    }

    private static MetaTrainer Trainer(MetaOptions options, IMetricOptions? metric) => new(
        new RnnProp(new() { Hidden = [4], InputSize = 4 }),
        new Adam(new() { LearningRate = 1e-3 }),
        [new("perceptron", Perceptron())],
        metric is null ? null : new(Registry.MakeMetric(metric), new() { Metric = metric, Weight = 0.1 }),
        [new("adam", new Adam(new() { LearningRate = 0.01 }))],
        options with { Steps = 40 },
        RandomStreams.FromSeed(1),
        new(CPU, float64),
        new Workers(1));

    private static long Reads(Action act)
    {
        var thread = Environment.CurrentManagedThreadId;
        var count = 0L;
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, it) =>
            {
                if (instrument.Meter.Name == ScalarTensor.MeterName)
                {
                    it.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, reads, _, _) => count += Environment.CurrentManagedThreadId == thread ? reads : 0);
        listener.Start();
        act();
        return count;
    }
}
