using L2O.Evaluation;
using L2O.Kernels;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>L2O-DM at work on <see cref="MlpTask"/>.</summary>
internal sealed class EvaluationWork
{
    private readonly IEpisode _episode;
    private readonly IOptimizer _rule;
    private Tensor _theta;
    private RuleState _state;
    private Tensor? _update;
    private long _step;

    internal EvaluationWork(int hidden, Backend backend)
    {
        var optimizer = new DmOptimizer(new() { Backend = backend });
        _rule = optimizer.At(optimizer.InitialPhi(RandomStreams.FromSeed(1)).to(float32));
        var optimizee = MlpTask.Optimizee(hidden);
        _episode = optimizee.Start(RandomStreams.FromSeed(1));
        _theta = _episode.InitialTheta();
        _state = _rule.Init(optimizee.Layout, _theta, default);
    }

    /// <summary>Steps, one right after the other.</summary>
    internal Action Steps(int count) => () =>
    {
        for (var i = 0; i < count; i++)
        {
            Step();
        }
    };

    /// <summary>One step, and all that a rollout does for it.</summary>
    private void Step()
    {
        using var scope = NewDisposeScope();
        var gradients = new EpisodeGradients(_episode, _step++, _theta);
        _ = ScalarTensor.Value(gradients.Loss);
        var (last, previous, spent) = (_theta, _state, _update);
        (_update, _state) = _rule.StepInPlace(gradients, last, previous, spent);
        _update.DetachFromDisposeScope();
        _theta = (last + _update).DetachFromDisposeScope();
        _state = _state.Map(tensor => tensor.DetachFromDisposeScope());
        last.Dispose();
        if (!ReferenceEquals(spent, _update))
        {
            spent?.Dispose();
        }

        TensorLoop.Free(previous.Tensors, except: _state.Tensors);
    }
}
