using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>The update rule of a coordinate-wise network, by a kernel.</summary>
internal sealed class FusedRule(ICoordinatewiseKernel kernel) : IOptimizer
{
    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        kernel.InitialState(layout, theta);

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        using var scope = NewDisposeScope();
        var (update, next) = kernel.Step(gradients.At(theta).contiguous(), theta.contiguous(), state);
        return (update.MoveToOuterDisposeScope(), next.Map(tensor => tensor.MoveToOuterDisposeScope()));
    }

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) StepInPlace(
        IGradientSource gradients, Tensor theta, RuleState state, Tensor? spent = null)
    {
        var update = spent ?? empty_like(theta);
        using var scope = NewDisposeScope();
        return (update, kernel.StepInPlace(gradients.At(theta).contiguous(), theta.contiguous(), state, update));
    }
}
