using L2O.Optimizers;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>A kernel of libtorch's operations: another layout of the state, and autograd for the meta-gradient.</summary>
/// <param name="optimizer">Written in tensor operations.</param>
/// <param name="phi">[P]; owned by the caller.</param>
internal sealed class TorchKernel(ILearnedOptimizer optimizer, Tensor phi) : ICoordinatewiseKernel
{
    private readonly IOptimizer _rule = optimizer.At(phi);

    public bool LooksAtTheta => true;

    public RuleState InitialState(ParameterLayout layout, Tensor theta) => _rule.Init(layout, theta, default);

    public (Tensor Update, RuleState State) Step(Tensor gradient, Tensor theta, RuleState state) =>
        _rule.Step(new ConstantGradient(gradient), theta, state);

    public RuleState StepInPlace(Tensor gradient, Tensor theta, RuleState state, Tensor update)
    {
        using var scope = NewDisposeScope();
        var (value, next) = Step(gradient, theta, state);
        update.copy_(value);
        foreach (var (tensor, after) in state.Tensors.Zip(next.Tensors))
        {
            tensor.copy_(after);
        }

        return state with { StepCount = next.StepCount };
    }

    public Tensor MetaGradient(
        IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> thetas, IReadOnlyList<Tensor> cotangents, RuleState start)
    {
        using var scope = NewDisposeScope();
        var tape = optimizer.Record(phi);
        var state = start;
        foreach (var (gradient, theta) in gradients.Zip(thetas))
        {
            (_, state) = tape.Step(new ConstantGradient(gradient), theta, state);
        }

        return tape.TimesCotangents(cotangents).MoveToOuterDisposeScope();
    }
}
