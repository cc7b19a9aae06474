using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Handcrafted;

/// <summary>Options of gradient descent with momentum.</summary>
public record MomentumOptions() : LearningRateOptions(0.01)
{
    /// <summary>What the velocity keeps from one step to the next.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.Fraction("momentum", Momentum)];
}

/// <summary>Options of Nesterov's momentum.</summary>
public sealed record NesterovOptions : MomentumOptions;

/// <summary>The sum of past gradients, each momentum times weaker than the one after it.</summary>
/// <param name="Velocity">[N].</param>
internal sealed record MomentumState(Tensor Velocity) : RuleState
{
    /// <inheritdoc/>
    public override MomentumState Map(Func<Tensor, Tensor> replace) => this with { Velocity = replace(Velocity) };
}

/// <summary>Heavy-ball momentum (Polyak, 1964), in the form without dampening: v = momentum v + g.</summary>
public sealed class Momentum(MomentumOptions options) : IOptimizer
{
    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        new MomentumState(zeros_like(theta));

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        using var scope = NewDisposeScope();
        var velocity = Accumulate(((MomentumState)state).Velocity, gradients.At(theta), options);
        var update = velocity * -options.LearningRate;
        return (update.MoveToOuterDisposeScope(),
            new MomentumState(velocity.MoveToOuterDisposeScope()) { StepCount = state.StepCount + 1 });
    }

    internal static Tensor Accumulate(Tensor velocity, Tensor gradient, MomentumOptions options) =>
        velocity.mul(options.Momentum).add_(gradient);
}

/// <summary>Nesterov's momentum in the form of Sutskever et al. (2013): the update looks one velocity ahead.</summary>
public sealed class Nesterov(MomentumOptions options) : IOptimizer
{
    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        new MomentumState(zeros_like(theta));

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        using var scope = NewDisposeScope();
        var gradient = gradients.At(theta);
        var velocity = Momentum.Accumulate(((MomentumState)state).Velocity, gradient, options);
        var update = velocity.mul(options.Momentum).add_(gradient).mul_(-options.LearningRate);
        return (update.MoveToOuterDisposeScope(),
            new MomentumState(velocity.MoveToOuterDisposeScope()) { StepCount = state.StepCount + 1 });
    }
}
