using L2O.Experiments;
using L2O.MetaTraining;
using L2O.Optimizees;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Registration;
using L2O.Runs;
using L2O.Tensors;
using L2O.Tests.Support;
using static TorchSharp.torch;

namespace L2O.Tests.Experiments.Training;

/// <summary>A small meta-training on |x|^2 - 5, whose losses are negative.</summary>
internal static class BowlTraining
{
    internal static readonly TrainConfig Config = new()
    {
        Name = "learn",
        Optimizer = new() { Options = new DmOptions { Hidden = [3], OutputScale = 0.1 } },
        Optimizees = [],
        Meta = new() { Iterations = 2, Steps = 4, Unroll = 2 },
        Validation = new() { Every = 1, Episodes = 1 },
    };

    internal static readonly RunDescription Description = new()
    {
        Kind = "train",
        Name = Config.Name,
        Seed = 1,
        Device = "cpu",
        ThreadCount = 1,
        Config = "name: learn\n",
        Data = new Dictionary<string, string>(),
    };

    internal static readonly TensorOptions TensorOptions = new(CPU, float64);

    /// <summary>What meta-trains under such a config.</summary>
    /// <param name="config">Says how.</param>
    /// <param name="onLoss">Called whenever the loss is looked at.</param>
    internal static MetaTrainer Trainer(TrainConfig config, Action onLoss)
    {
        FunctionOptimizee problem = new(
            x =>
            {
                onLoss();
                return x.square().sum() - 5;
            },
            [0.8, -0.6]);
        return new(
            new DmOptimizer((DmOptions)config.Optimizer.Options),
            new Adam(new() { LearningRate = 0.3 }),
            [new WeightedOptimizee("bowl", problem, Weight: 1)],
            Registry.MakeRegularizer(config.Regularizer),
            teachers: [],
            config.Meta,
            RandomStreams.FromSeed(1),
            TensorOptions,
            new(1));
    }
}
