using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>Meta-training of a small L2O-DM on noisy bowls, in moments.</summary>
internal static class DmOnBowls
{
    internal static readonly MetaOptions Short = new() { Steps = 6, Unroll = 3 };

    internal static readonly MetaOptions Staggered = new() { Steps = 12, Unroll = 3, Tasks = 4, Staggered = true };

    // Keeps a memory from step to step, and is not measured at all of them.
    internal static Regularizer Sharpness { get; } = new(
        new SpectralNorm(new()), new() { Metric = new SpectralNormOptions(), Weight = 0.1, Every = 2 });

    internal static readonly Func<double, double, bool> Near = (a, b) => Math.Abs(a - b) < 1e-12;

    internal static (long Iteration, int Unroll) Where(MetaTrainingState state) => (state.Iteration, state.Unroll);

    internal static double[][] Bits(MetaTrainingState state) =>
        [.. state.Tensors.Select(tensor => tensor.data<double>().ToArray())];

    internal static MetaTrainer Trainer(
        MetaOptions options,
        double learningRate = 0.01,
        int workers = 1,
        Regularizer? regularizer = null,
        ScalarType dtype = ScalarType.Float64) => new(
        new DmOptimizer(new() { Hidden = [5], OutputScale = 0.1 }),
        learningRate == 1 ? new Sgd(new() { LearningRate = 1 }) : new Adam(new() { LearningRate = learningRate }),
        [new("bowls", new NoisyBowl(dtype), Weight: 1)],
        regularizer,
        [new("adam", new Adam(new() { LearningRate = 0.05 })), new("nesterov", new Nesterov(new() { LearningRate = 0.02 }))],
        options,
        RandomStreams.FromSeed(1),
        new(CPU, dtype),
        new(workers));
}
