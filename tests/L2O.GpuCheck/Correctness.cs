using L2O.Data;
using L2O.Evaluation;
using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Optimizees.Networks;
using L2O.Optimizers.Handcrafted;
using L2O.Checkpoints;
using L2O.Optimizers.Learned;
using L2O.Options;
using L2O.Randomness;
using L2O.Registration;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.GpuCheck;

/// <summary>What a device made of the same work as a CPU in float64.</summary>
/// <param name="Name">The work.</param>
/// <param name="Error">|a - b| / |b| over all numbers.</param>
/// <param name="Tolerance">What the device's type may be off by.</param>
internal sealed record Check(string Name, double Error, double Tolerance)
{
    internal bool Holds => Error <= Tolerance;
}

/// <summary>Every piece of numeric work in float32 on a device, beside the same in float64 on the CPU.</summary>
internal static class Correctness
{
    // float32 has 6e-8: for sums over some thousand numbers, for second derivatives, and for steps in which errors grow.
    private const double OfSums = 2e-5;
    private const double OfCurvature = 1e-4;
    private const double OfSteps = 1e-4;

    private static readonly MlpOptions Small = new() { Data = Place.Data, ImageSize = 8, Hidden = [8], Activation = Activation.Sigmoid, BatchSize = 32 };

    private static readonly (string Name, NetworkOptions Options)[] Networks =
    [
        ("mlp", Small),
        ("conv_net", new ConvNetOptions { Data = Place.Data, BatchSize = 16 }),
        ("lenet", new LeNetOptions { Data = Place.Data, BatchSize = 16 }),
        ("residual_net", new ResidualNetOptions { Data = Place.Data, BatchSize = 16 }),
    ];

    /// <summary>The checks, one after the other.</summary>
    /// <param name="place">What is checked.</param>
    /// <param name="reference">The CPU in float64.</param>
    internal static IEnumerable<Check> Of(Place place, Place reference)
    {
        Check Compared(string name, double tolerance, Func<Place, double[]> work) =>
            new(name, Difference(work(place), work(reference)), tolerance);

        foreach (var (name, options) in Networks)
        {
            yield return Compared($"{name}: loss and gradient", OfSums, at => Gradient(at, options));
        }

        yield return Compared("mlp: loss on Validation", OfSums, at => Measured(at, Small));
        foreach (var (kind, type) in Registry.Kinds(Family.Metric))
        {
            yield return Compared($"{kind}: value and gradient", OfCurvature, at => Flatness(at, type));
        }

        foreach (var (kind, type) in Registry.Kinds(Family.LearnedOptimizer))
        {
            yield return Compared($"{kind}: meta-gradient", OfSteps, at => MetaGradient(at, type, new()));
        }

        MetaOptions whole = new() { SecondDerivatives = true };
        MetaOptions persistent = new() { Estimator = MetaGradientEstimator.Pes, Evolution = new() { Pairs = 2, Sigma = 0.1 } };
        yield return Compared("dm: meta-gradient of the whole graph", OfSteps, at => MetaGradient(at, typeof(DmOptions), whole));
        yield return Compared("dm: PES", OfSteps, at => MetaGradient(at, typeof(DmOptions), persistent));
        yield return Compared("dm: meta-gradient of 3 tasks", OfSteps, at => MetaGradient(at, typeof(DmOptions), new() { Tasks = 3 }));
        yield return Compared(
            "dm: meta-gradient with local entropy", OfSteps, at => MetaGradient(at, typeof(DmOptions), new(), new LocalEntropyOptions()));
        foreach (var name in Pretrained.Names)
        {
            yield return Compared($"{name}: loss after 30 steps", OfSteps, at => Trained(at, name));
        }
    }

    private static double[] Gradient(Place place, NetworkOptions options)
    {
        using var work = NumericWork.Begin();
        using var episode = place.Optimizee(options).Start(RandomStreams.FromSeed(1));
        var (value, gradient) = episode.Minibatch(step: 0, draw: 0).WithGradient(episode.InitialTheta());
        return Numbers(value.reshape(1), gradient);
    }

    private static double[] Measured(Place place, NetworkOptions options)
    {
        using var work = NumericWork.Begin();
        using var episode = place.Optimizee(options).Start(RandomStreams.FromSeed(1));
        var measured = episode.Measure(episode.InitialTheta(), Split.Validation);
        return [measured.Loss, measured.LossError];
    }

    private static double[] Flatness(Place place, Type metric)
    {
        using var work = NumericWork.Begin();
        var streams = RandomStreams.FromSeed(1);
        using var episode = place.Optimizee(Small).Start(streams);
        FlatnessPoint point = new(
            episode.Minibatch(0, 0), draw => episode.Minibatch(0, draw), episode.InitialTheta(), Step: 0, streams.At("metric"));
        var (estimate, gradient) = Registry.MakeMetric(OptionsOf(metric)).MeasureWithGradient(point, memory: null);
        return [estimate.Value, .. Numbers(gradient)];
    }

    private static double[] MetaGradient(Place place, Type optimizer, MetaOptions options, IMetricOptions? regularizer = null)
    {
        using var work = NumericWork.Begin();
        MetaTrainer trainer = new(
            Registry.MakeLearned(OptionsOf(optimizer)),
            new Sgd(new() { LearningRate = 1 }),
            [new("mlp", place.Optimizee(Small))],
            regularizer is null ? null : new(Registry.MakeMetric(regularizer), new() { Metric = regularizer, Weight = 0.1 }),
            teachers: [],
            options with { Steps = 10, Unroll = 10 },
            RandomStreams.FromSeed(1),
            place.Options,
            new Workers(1));
        var start = trainer.Start();
        var (next, reports) = trainer.Advance(start);
        return [reports[0].MetaLoss, reports[0].FinalLoss, .. Numbers(next.Phi - start.Phi)];
    }

    private static double[] Trained(Place place, string name)
    {
        using var work = NumericWork.Begin();
        var optimizee = place.Optimizee(Small);
        var streams = RandomStreams.FromSeed(1);
        using var episode = optimizee.Start(streams);
        var (optimizer, _) = TrainedOptimizer.Load(name, place.Options);
        List<double> losses = [];
        Rollout.Run(optimizer, optimizee.Layout, episode, streams, steps: 30, point =>
        {
            losses.Add(point.BatchLoss);
            return true;
        });
        return [.. losses];
    }

    private static IOptions OptionsOf(Type type) =>
        (IOptions)(Activator.CreateInstance(type) ?? throw new InvalidOperationException($"{type.Name} cannot be made"));

    private static double[] Numbers(params Tensor[] tensors) =>
        cat([.. tensors.Select(tensor => tensor.detach().flatten().to(float64).cpu())]).data<double>().ToArray();

    private static double Difference(double[] actual, double[] expected) =>
        Length(actual.Zip(expected, (a, b) => a - b)) / Length(expected);

    private static double Length(IEnumerable<double> numbers) => Math.Sqrt(numbers.Sum(number => number * number));
}
