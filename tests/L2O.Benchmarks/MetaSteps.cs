using L2O.Data;
using L2O.Kernels;
using L2O.MetaTraining;
using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>
/// Optimizee steps a second in meta-training on a small perceptron, all included, by estimator and threads. Of evolution strategies
/// each perturbed run's step counts.
/// </summary>
internal static class MetaSteps
{
    private const int Unroll = 50;
    private const int Pairs = 4;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(6);

    private static readonly (string Name, ILearnedOptimizer Optimizer)[] Optimizers =
    [
        ("celo2", new Celo2Optimizer(new())), ("celo2 (libtorch)", new Celo2Optimizer(new() { Backend = Backend.Torch })),
        ("rnnprop", new RnnProp(new() { Hidden = [12], InputSize = 12 })), ("dm", new DmOptimizer(new())),
    ];

    // One task of one unroll: what it consists of is then timed alone.
    private static readonly (MetaGradientEstimator Estimator, int Runs)[] OneOfEach =
        [(MetaGradientEstimator.TruncatedBptt, 1), (MetaGradientEstimator.Pes, 2)];

    // Of each the runs that make a meta-gradient.
    private static readonly (MetaGradientEstimator Estimator, int Runs)[] Estimators =
    [
        (MetaGradientEstimator.TruncatedBptt, 1), (MetaGradientEstimator.Es, (2 * Pairs) + 1), (MetaGradientEstimator.Pes, 2 * Pairs),
    ];

    internal static void Print()
    {
        using var data = PerceptronShape.Small.Noise();
        PrintShares(data);
        Console.WriteLine($"{PerceptronShape.Small.Name}, unrolls of {Unroll} steps, 4 tasks; steps a second on 1 thread and on 2:");
        foreach (var (name, optimizer) in Optimizers)
        {
            foreach (var (estimator, runs) in Estimators)
            {
                var times = Interleaved.Measure(
                    [.. new[] { 1, 2 }.Select(threads => new Candidate($"{threads}", 1, Unrolls(optimizer, data, estimator, Pairs, tasks: 4, threads)))],
                    Budget);
                var steps = 4.0 * runs * Unroll;
                Console.WriteLine(
                    $"  {name,-16} {estimator,-13} {steps / times[0].Minimum,9:N0} {steps / times[1].Minimum,9:N0}"
                    + $"  (medians {steps / times[0].Median:N0} and {steps / times[1].Median:N0}),"
                    + $" efficiency {times[0].Minimum / times[1].Minimum / 2:F2}");
            }
        }
    }

    // Gradients with their minibatches, steps of the optimizer, the meta-gradient; what is left is the loop's.
    private static void PrintShares(Dataset data)
    {
        Console.WriteLine($"{PerceptronShape.Small.Name}: microseconds of an optimizee step in meta-training on one thread, and what they are for:");
        foreach (var (name, optimizer) in Optimizers)
        {
            foreach (var (estimator, runs) in OneOfEach)
            {
                using var scope = NewDisposeScope();
                var isTaped = estimator == MetaGradientEstimator.TruncatedBptt;
                UnrollParts parts = new(optimizer, PerceptronShape.Small.Optimizee(data, Backend.Auto), Unroll);
                var times = Interleaved.Measure(
                    [
                        new("all", 1, Unrolls(optimizer, data, estimator, pairs: 1, tasks: 1, threads: 1)),
                        new("gradients", 1, parts.Gradients), new("steps", 1, parts.Steps), new("both", 1, parts.StepsAndMetaGradient),
                    ],
                    Budget / 3);
                var all = times[0].Median / runs;
                double[] each = [times[1].Median, times[2].Median, isTaped ? times[3].Median - times[2].Median : 0];
                Console.WriteLine(
                    $"  {name,-16} {estimator,-13} {Micro(all),6} = gradients {Micro(each[0])} + optimizer {Micro(each[1])}"
                    + $" + meta-gradient {Micro(each[2])} + the rest {Micro(all - each.Sum())}");
            }
        }
    }

    private static string Micro(double secondsOfUnroll) => $"{secondsOfUnroll / Unroll * 1e6:F0}";

    private static Action Unrolls(
        ILearnedOptimizer optimizer, Dataset data, MetaGradientEstimator estimator, int pairs, int tasks, int threads)
    {
        MetaTrainer trainer = new(
            optimizer,
            new Adam(new() { LearningRate = 1e-3 }),
            [new("mlp", PerceptronShape.Small.Optimizee(data, Backend.Auto), 1)],
            regularizer: null,
            teachers: [],
            new() { Iterations = 1, Steps = Unroll, Unroll = Unroll, Tasks = tasks, Estimator = estimator, Evolution = new() { Pairs = pairs } },
            RandomStreams.FromSeed(1),
            new(CPU, float32),
            new(threads));
        var start = trainer.Start();
        return () =>
        {
            using var scope = NewDisposeScope();
            trainer.Advance(start);
        };
    }
}
