using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>The update rule of a coordinate-wise network, by fused kernels.</summary>
internal sealed class FusedRule(CoordinatewiseNetwork network, IFusedKernel kernel) : IOptimizer
{
    /// <inheritdoc/>
    public OptimizerState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        TiledState.Initial(network, theta);

    /// <inheritdoc/>
    public (Tensor Update, OptimizerState State) Step(IGradientSource gradients, Tensor theta, OptimizerState state)
    {
        using var scope = NewDisposeScope();
        var (update, next) = Step(gradients.At(theta).contiguous(), (TiledState)state);
        return (update.MoveToOuterDisposeScope(), next.Map(tensor => tensor.MoveToOuterDisposeScope()));
    }

    /// <inheritdoc/>
    public (Tensor Update, OptimizerState State) StepInPlace(
        IGradientSource gradients, Tensor theta, OptimizerState state, Tensor? spent = null)
    {
        var update = spent ?? empty_like(theta);
        using var scope = NewDisposeScope();
        return (update, StepInPlace(gradients.At(theta).contiguous(), (TiledState)state, update));
    }

    /// <summary>
    /// One step from a known gradient [N], contiguous, into an update [N]; the state's memory becomes the next one's.
    /// </summary>
    internal TiledState StepInPlace(Tensor gradient, TiledState state, Tensor update)
    {
        var next = state with { StepCount = state.StepCount + 1 };
        kernel.Step(gradient, state, next, update);
        return next;
    }

    /// <summary>One step from a known gradient [N], contiguous.</summary>
    internal (Tensor Update, TiledState State) Step(Tensor gradient, TiledState state)
    {
        var update = empty_like(gradient);
        var next = state.Map(tensor => empty_like(tensor)) with { StepCount = state.StepCount + 1 };
        kernel.Step(gradient, state, next, update);
        return (update, next);
    }
}
