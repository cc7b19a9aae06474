using L2O.Data;
using L2O.Kernels;
using L2O.MetaTraining;
using L2O.Optimizees.Networks;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>A perceptron with one hidden layer over noise of MNIST's shape.</summary>
internal static class MlpTask
{
    private const int Inputs = 784;
    private const int Outputs = 10;
    private const int BatchSize = 128;

    /// <summary>Parameters with so many hidden units.</summary>
    internal static long CountOf(int hidden) => (hidden * (Inputs + 1L)) + (Outputs * (hidden + 1L));

    /// <summary>The most hidden units with no more than so many parameters, at least one.</summary>
    internal static int HiddenFor(long count) => (int)Math.Max(1, (count - Outputs) / (Inputs + 1 + Outputs));

    /// <summary>Floating-point operations in the matrix products of a loss and its gradient.</summary>
    internal static double GradientOperations(int hidden) =>
        2.0 * BatchSize * hidden * ((2 * Inputs) + (3 * Outputs));

    /// <summary>With minibatches of 128.</summary>
    internal static Classifier Optimizee(int hidden) => new(
        new Mlp([Inputs, hidden, Outputs], Activation.Sigmoid, initialScale: 0.01), Noise(), BatchSize, new(CPU, float32));

    /// <summary>L2O-DM's meta-training on it: each call of the result is one unroll of every task and its meta-update.</summary>
    internal static Action Unrolls(int hidden, int unroll, int tasks, Backend backend) => Unrolls(
        hidden, new() { Iterations = 1, Steps = unroll, Unroll = unroll, Tasks = tasks }, backend, Environment.ProcessorCount);

    /// <summary>The same with other options, on so many threads.</summary>
    internal static Action Unrolls(int hidden, MetaOptions options, Backend backend, int threads)
    {
        MetaTrainer trainer = new(
            new DmOptimizer(new() { Backend = backend }),
            new Adam(new() { LearningRate = 1e-3 }),
            [new("mlp", Optimizee(hidden), 1)],
            regularizer: null,
            teachers: [],
            options,
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

    private static Dataset Noise()
    {
        using var generator = RandomStreams.FromSeed(1).Generator("noise");
        Examples Draw() => new(
            rand(1000, 1, 28, 28, generator: generator), randint(10, 1000, dtype: int64, generator: generator));
        return new("noise", 10, Draw(), Draw(), Draw());
    }
}
