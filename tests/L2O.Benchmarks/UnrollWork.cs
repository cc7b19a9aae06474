using L2O.Kernels;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>A learned optimizer at work on random gradients.</summary>
internal sealed class UnrollWork
{
    internal const int StepCount = 20;

    private static readonly int[] Hidden = [20, 20];

    private static readonly CoordinatewiseNetwork Network = DmOptimizer.Network(new() { Hidden = Hidden });

    private readonly ILearnedOptimizer _optimizer;
    private readonly ParameterLayout _layout;
    private readonly Tensor _phi;
    private readonly Tensor[] _gradients;
    private readonly Tensor[] _cotangents;

    /// <summary>L2O-DM of two layers of 20.</summary>
    internal UnrollWork(long count, Backend backend, int steps = StepCount)
        : this(new DmOptimizer(new() { Hidden = Hidden, Backend = backend }), new([new("theta", count)]), steps)
    {
    }

    internal UnrollWork(ILearnedOptimizer optimizer, ParameterLayout layout, int steps = StepCount)
    {
        (_optimizer, _layout) = (optimizer, layout);
        _phi = _optimizer.InitialPhi(RandomStreams.FromSeed(1)).to(float32);
        using var generator = RandomStreams.FromSeed(1).Generator("benchmark");
        _gradients = [.. Enumerable.Range(0, steps).Select(_ => randn(Count, generator: generator) * 0.1)];
        _cotangents = [.. Enumerable.Range(0, steps).Select(_ => randn(Count, generator: generator))];
    }

    internal long Count => _layout.Count;

    internal IOptimizer Rule() => _optimizer.At(_phi);

    /// <summary>Floating-point operations in the matrix products of one step of L2O-DM of two layers of 20.</summary>
    internal static double StepOperations(long count) => count * Operations.OfStep(Network);

    /// <summary>Those of an unroll's meta-gradient with the steps themselves, made once.</summary>
    internal static double MetaGradientOperations(long count) => StepCount * count * Operations.OfMetaGradient(Network);

    /// <summary>So many of an unroll's steps, one right after the other, as a rollout makes them.</summary>
    internal Action ForwardSteps(int steps = StepCount)
    {
        var rule = Rule();
        return () =>
        {
            using var scope = NewDisposeScope();
            using var inference = no_grad();
            var state = Start(rule);
            Tensor? update = null;
            foreach (var gradient in _gradients.Take(steps))
            {
                (update, state) = rule.StepInPlace(new ConstantGradient(gradient), gradient, state, update);
                scope.DisposeEverythingBut([update, .. state.Tensors]);
            }
        };
    }

    /// <summary>The steps of an unroll and their meta-gradient.</summary>
    internal Action MetaIteration() => () =>
    {
        using var scope = NewDisposeScope();
        Record().TimesCotangents(_cotangents);
    };

    /// <summary>The meta-gradient alone, of steps that have been recorded.</summary>
    internal Action MetaGradient()
    {
        var tape = Record();
        return () =>
        {
            using var scope = NewDisposeScope();
            tape.TimesCotangents(_cotangents);
        };
    }

    /// <summary>The size of the optimizer's state.</summary>
    internal long StateBytes()
    {
        using var scope = NewDisposeScope();
        return Start(Rule()).Tensors.Sum(tensor => tensor.numel() * tensor.element_size());
    }

    /// <summary>The same as one would write it in PyTorch.</summary>
    internal Action PlainForwardSteps(PlainLstm plain, int steps) => () =>
    {
        using var scope = NewDisposeScope();
        using var inference = no_grad();
        var state = plain.Start(Count);
        foreach (var gradient in _gradients.Take(steps))
        {
            (_, state) = plain.Step(gradient, state);
            scope.DisposeEverythingBut(state.SelectMany(layer => new[] { layer.Hidden, layer.Cell }));
        }
    };

    /// <summary>The same as one would write it in PyTorch.</summary>
    internal Action PlainMetaIteration(PlainLstm plain) => () => plain.MetaIteration(_gradients, _cotangents);

    // An unroll frees each state but the one it starts from: the tape keeps what it needs.
    private ITape Record()
    {
        var tape = _optimizer.Record(_phi);
        var first = Start(tape);
        var state = first;
        Tensor? update = null;
        foreach (var gradient in _gradients)
        {
            var previous = state;
            (update, state) = tape.StepInPlace(new ConstantGradient(gradient), gradient, state, update);
            if (!ReferenceEquals(previous, first))
            {
                TensorLoop.Free(previous.Tensors, except: state.Tensors);
            }
        }

        return tape;
    }

    private RuleState Start(IOptimizer rule) => rule.Init(_layout, _gradients[0], RandomStreams.FromSeed(1));
}
