using System.Collections.Concurrent;
using System.Numerics;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>The kernel of the CPU for Celo2, at one phi. Several threads may use it at once.</summary>
/// <param name="plan">Of the network.</param>
/// <param name="idle">What makes steps, at any phi; lent and given back.</param>
/// <param name="weights">Of phi.</param>
internal sealed class Celo2Kernel<TOps, TVector, TElement>(
    Celo2Plan plan, ConcurrentBag<ParallelLoop> idle, Celo2Weights<TElement> weights) : ICoordinatewiseKernel
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <inheritdoc/>
    public bool LooksAtTheta => true;

    /// <inheritdoc/>
    public RuleState InitialState(ParameterLayout layout, Tensor theta) =>
        FusedCelo2State.Initial(plan.Network, new(layout), theta);

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(Tensor gradient, Tensor theta, RuleState state)
    {
        var before = (FusedCelo2State)state;
        var next = before.Map(tensor => empty_like(tensor)) with { StepCount = before.StepCount + 1 };
        var update = empty_like(gradient);
        Run(gradient, theta, before, next, update);
        return (update, next);
    }

    /// <inheritdoc/>
    public RuleState StepInPlace(Tensor gradient, Tensor theta, RuleState state, Tensor update)
    {
        var before = (FusedCelo2State)state;
        var next = before with { StepCount = before.StepCount + 1 };
        Run(gradient, theta, before, next, update);
        return next;
    }

    /// <inheritdoc/>
    public Tensor MetaGradient(
        IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> thetas, IReadOnlyList<Tensor> cotangents, RuleState start)
    {
        using var scope = NewDisposeScope();
        var state = ((FusedCelo2State)start).Map(tensor => tensor.clone());
        var directions = empty_like(gradients[0]);
        var sizes = plan.Network.Sizes;
        var sum = new double[Enumerable.Range(1, sizes.Length - 1).Sum(layer => sizes[layer] * (sizes[layer - 1] + 1))];
        var step = Take();
        for (var s = 0; s < gradients.Count; s++)
        {
            step.Add(weights, gradients[s], thetas[s], state with { StepCount = start.StepCount + s }, cotangents[s], directions, sum);
        }

        idle.Add(step);
        GC.KeepAlive(gradients);
        GC.KeepAlive(thetas);
        GC.KeepAlive(cotangents);
        GC.KeepAlive(directions);
        GC.KeepAlive(state);
        return tensor(sum).to(TensorMemory.Type<TElement>()).MoveToOuterDisposeScope();
    }

    private void Run(Tensor gradient, Tensor theta, FusedCelo2State state, FusedCelo2State next, Tensor update)
    {
        var step = Take();
        step.Run(weights, gradient, theta, state, next, update);
        idle.Add(step);
        GC.KeepAlive(gradient);
        GC.KeepAlive(theta);
        GC.KeepAlive(state);
        GC.KeepAlive(next);
        GC.KeepAlive(update);
    }

    private Celo2MetaStep<TOps, TVector, TElement> Take() =>
        idle.TryTake(out var step) ? (Celo2MetaStep<TOps, TVector, TElement>)step : new(plan);
}
