using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>What an unroll of meta-training consists of, part by part, at one theta.</summary>
internal sealed class UnrollParts
{
    private readonly ILearnedOptimizer _optimizer;
    private readonly IOptimizee _optimizee;
    private readonly IEpisode _episode;
    private readonly Tensor _theta;
    private readonly Tensor _phi;
    private readonly ConstantGradient _gradient;
    private readonly Tensor[] _cotangents;
    private readonly int _length;

    /// <summary>Its tensors belong to the caller's scope.</summary>
    internal UnrollParts(ILearnedOptimizer optimizer, IOptimizee optimizee, int length)
    {
        (_optimizer, _optimizee, _length) = (optimizer, optimizee, length);
        _episode = optimizee.Start(RandomStreams.FromSeed(1));
        _theta = _episode.InitialTheta();
        _phi = optimizer.InitialPhi(RandomStreams.FromSeed(1)).to(float32);
        _gradient = new(_episode.Minibatch(step: 0, draw: 0).WithGradient(_theta).Gradient);
        _cotangents = [.. Enumerable.Repeat(randn_like(_theta), length)];
    }

    /// <summary>Losses and gradients, one more than there are steps.</summary>
    internal void Gradients()
    {
        for (var step = 0; step <= _length; step++)
        {
            using var scope = NewDisposeScope();
            _ = new EpisodeGradients(_episode, step, _theta);
        }
    }

    /// <summary>The optimizer's steps.</summary>
    internal void Steps()
    {
        using var scope = NewDisposeScope();
        Run(_optimizer.At(_phi));
    }

    /// <summary>The steps, recorded, and their meta-gradient.</summary>
    internal void StepsAndMetaGradient()
    {
        using var scope = NewDisposeScope();
        var tape = _optimizer.Record(_phi);
        Run(tape);
        tape.TimesCotangents(_cotangents);
    }

    private void Run(IOptimizer rule)
    {
        var state = rule.Init(_optimizee.Layout, _theta, default);
        Tensor? update = null;
        for (var step = 0; step < _length; step++)
        {
            (update, state) = rule.StepInPlace(_gradient, _theta, state, update);
        }
    }
}
