using System.Collections.Concurrent;
using System.Numerics;
using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Kernels.Vectors;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>
/// The kernel of the CPU: tile by tile, for one kind of vector and number. Several threads may use it at once.
/// </summary>
/// <remarks>What it computes with knows tensors by address alone, so it keeps them alive until that has ended.</remarks>
internal sealed unsafe class TiledKernel<TOps, TVector, TElement> : ICoordinatewiseKernel
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    private readonly KernelPlan _plan;
    private readonly PackedWeights<TElement> _weights;
    private readonly ConcurrentBag<ForwardPass<TOps, TVector, TElement>> _idlePasses = [];

    internal TiledKernel(KernelPlan plan, Tensor phi)
    {
        _plan = plan;
        var count = plan.Sums.OfPhi.Length;
        _weights = new(plan.Network, new(TensorMemory.Start<TElement>(phi, count), count));
        GC.KeepAlive(phi);
    }

    /// <inheritdoc/>
    public bool LooksAtTheta => false;

    /// <inheritdoc/>
    public RuleState InitialState(ParameterLayout layout, Tensor theta) => TiledState.Initial(_plan.Network, theta);

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(Tensor gradient, Tensor theta, RuleState state)
    {
        var before = (TiledState)state;
        var next = before.Map(tensor => empty_like(tensor)) with { StepCount = before.StepCount + 1 };
        var update = empty_like(gradient);
        Run(gradient, before, next, update);
        return (update, next);
    }

    /// <inheritdoc/>
    public RuleState StepInPlace(Tensor gradient, Tensor theta, RuleState state, Tensor update)
    {
        var before = (TiledState)state;
        var next = before with { StepCount = before.StepCount + 1 };
        Run(gradient, before, next, update);
        return next;
    }

    /// <inheritdoc/>
    public Tensor MetaGradient(
        IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> thetas, IReadOnlyList<Tensor> cotangents, RuleState start)
    {
        var count = _plan.Sums.OfPhi.Length;
        var metaGradient = empty(count, dtype: TensorMemory.Type<TElement>());
        var result = new Span<TElement>(TensorMemory.Start<TElement>(metaGradient, count), count);
        new MetaGradientPass<TOps, TVector, TElement>(_plan, _weights, gradients, cotangents, (TiledState)start)
            .Run(result);
        GC.KeepAlive(gradients);
        GC.KeepAlive(cotangents);
        GC.KeepAlive(start);
        GC.KeepAlive(metaGradient);
        return metaGradient;
    }

    private void Run(Tensor gradient, TiledState state, TiledState nextState, Tensor update)
    {
        if (!_idlePasses.TryTake(out var pass))
        {
            pass = new(_plan, _weights);
        }

        pass.Run(gradient, state, nextState, update);
        _idlePasses.Add(pass);
        GC.KeepAlive(gradient);
        GC.KeepAlive(state);
        GC.KeepAlive(nextState);
        GC.KeepAlive(update);
    }
}
