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

    // Of each the runs that make a meta-gradient.
    private static readonly (MetaGradientEstimator Estimator, int Runs)[] Estimators =
    [
        (MetaGradientEstimator.TruncatedBptt, 1), (MetaGradientEstimator.Es, (2 * Pairs) + 1), (MetaGradientEstimator.Pes, 2 * Pairs),
    ];

    internal static void Print()
    {
        using var data = PerceptronShape.Small.Noise();
        Console.WriteLine($"{PerceptronShape.Small.Name}, unrolls of {Unroll} steps, 4 tasks; steps a second on 1 thread and on 2:");
        foreach (var (name, optimizer) in Optimizers)
        {
            foreach (var (estimator, runs) in Estimators)
            {
                var times = Interleaved.Measure(
                    [.. new[] { 1, 2 }.Select(threads => new Candidate($"{threads}", 1, Unrolls(optimizer, data, estimator, threads)))],
                    Budget);
                var steps = 4.0 * runs * Unroll;
                Console.WriteLine(
                    $"  {name,-16} {estimator,-13} {steps / times[0].Minimum,9:N0} {steps / times[1].Minimum,9:N0}"
                    + $"  (medians {steps / times[0].Median:N0} and {steps / times[1].Median:N0}),"
                    + $" efficiency {times[0].Minimum / times[1].Minimum / 2:F2}");
            }
        }
    }

    private static Action Unrolls(ILearnedOptimizer optimizer, Dataset data, MetaGradientEstimator estimator, int threads)
    {
        MetaTrainer trainer = new(
            optimizer,
            new Adam(new() { LearningRate = 1e-3 }),
            [new("mlp", PerceptronShape.Small.Optimizee(data, Backend.Auto), 1)],
            regularizer: null,
            teachers: [],
            new() { Iterations = 1, Steps = Unroll, Unroll = Unroll, Tasks = 4, Estimator = estimator, Evolution = new() { Pairs = Pairs } },
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
