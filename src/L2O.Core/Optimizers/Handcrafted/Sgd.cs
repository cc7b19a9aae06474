using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Handcrafted;

/// <summary>Options of gradient descent.</summary>
public sealed record SgdOptions() : LearningRateOptions(0.01);

/// <summary>Stochastic gradient descent: the update is -learning rate times the gradient.</summary>
public sealed class Sgd(SgdOptions options) : IOptimizer
{
    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) => new StatelessState();

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        using var scope = NewDisposeScope();
        var update = gradients.At(theta) * -options.LearningRate;
        return (update.MoveToOuterDisposeScope(), state with { StepCount = state.StepCount + 1 });
    }
}
