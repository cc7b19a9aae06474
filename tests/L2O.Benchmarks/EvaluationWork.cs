using L2O.Data;
using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>L2O-DM at work on a multi-layer perceptron over noise of MNIST's shape.</summary>
internal sealed class EvaluationWork
{
    /// <summary>Parameters of the perceptron.</summary>
    internal const long Count = (784 * 20) + 20 + (20 * 10) + 10;

    private readonly IEpisode _episode;
    private readonly IOptimizer _rule;
    private Tensor _theta;
    private OptimizerState _state;
    private long _step;

    internal EvaluationWork(Backend backend)
    {
        var optimizer = new DmOptimizer(new() { Backend = backend });
        _rule = optimizer.At(optimizer.InitialPhi(RandomStreams.FromSeed(1)).to(float32));
        var optimizee = new Classifier(
            new Mlp([784, 20, 10], Activation.Sigmoid, initialScale: 0.01), Noise(), batchSize: 128, new(CPU, float32));
        _episode = optimizee.Start(RandomStreams.FromSeed(1));
        _theta = _episode.InitialTheta();
        _state = _rule.Init(optimizee.Layout, _theta, default);
    }

    /// <summary>One step, and all that a rollout does for it.</summary>
    internal void Step()
    {
        using var scope = NewDisposeScope();
        var gradients = new EpisodeGradients(_episode, _step++, _theta);
        _ = ScalarTensor.Value(gradients.Loss);
        var (update, state) = _rule.Step(gradients, _theta, _state);
        Tensor[] last = [_theta, .. _state.Tensors];
        _theta = (_theta + update).DetachFromDisposeScope();
        _state = state.Map(tensor => tensor.DetachFromDisposeScope());
        foreach (var tensor in last)
        {
            tensor.Dispose();
        }
    }

    private static Dataset Noise()
    {
        using var generator = RandomStreams.FromSeed(1).Generator("noise");
        Examples Draw() => new(
            rand(1000, 1, 28, 28, generator: generator), randint(10, 1000, dtype: int64, generator: generator));
        return new("noise", 10, Draw(), Draw(), Draw());
    }
}
