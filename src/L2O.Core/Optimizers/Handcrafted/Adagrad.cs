using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Handcrafted;

/// <summary>Options of Adagrad.</summary>
public sealed record AdagradOptions() : LearningRateOptions(0.01)
{
    /// <summary>Added to the root of the sum of squares.</summary>
    public double Epsilon { get; init; } = 1e-10;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.NotNegative("epsilon", Epsilon)];
}

/// <summary>Adagrad (Duchi, Hazan and Singer, JMLR 2011), diagonal form.</summary>
public sealed class Adagrad(AdagradOptions options) : IOptimizer
{
    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        new SquareState(zeros_like(theta));

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        using var scope = NewDisposeScope();
        var gradient = gradients.At(theta);
        var sum = ((SquareState)state).Square.addcmul(gradient, gradient, value: 1);
        var update = gradient.div(sum.sqrt().add_(options.Epsilon)).mul_(-options.LearningRate);
        return (update.MoveToOuterDisposeScope(),
            new SquareState(sum.MoveToOuterDisposeScope()) { StepCount = state.StepCount + 1 });
    }
}
