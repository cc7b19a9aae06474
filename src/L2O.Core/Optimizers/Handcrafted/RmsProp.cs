using L2O.Options;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Handcrafted;

/// <summary>Options of RMSProp.</summary>
public sealed record RmsPropOptions() : LearningRateOptions(1e-3)
{
    /// <summary>Decay of the mean of squared gradients.</summary>
    public double Decay { get; init; } = 0.99;

    /// <summary>Keeps the division from exploding; see <see cref="EpsilonInsideRoot"/>.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Adds epsilon to the mean square, as TensorFlow does, instead of to its root, as PyTorch does.</summary>
    public bool EpsilonInsideRoot { get; init; }

    /// <summary>What the mean square starts at: 0 in PyTorch, 1 in TensorFlow.</summary>
    public double InitialMeanSquare { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.Fraction("decay", Decay),
        .. Require.NotNegative("epsilon", Epsilon), .. Require.NotNegative("initial_mean_square", InitialMeanSquare),
    ];
}

/// <summary>A measure of each coordinate's squared gradients.</summary>
/// <param name="Square">[N].</param>
internal sealed record SquareState(Tensor Square) : RuleState
{
    /// <inheritdoc/>
    public override SquareState Map(Func<Tensor, Tensor> replace) => this with { Square = replace(Square) };
}

/// <summary>RMSProp (Tieleman and Hinton, 2012), without centring or momentum.</summary>
public sealed class RmsProp(RmsPropOptions options) : IOptimizer
{
    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        new SquareState(full_like(theta, options.InitialMeanSquare));

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        using var scope = NewDisposeScope();
        var gradient = gradients.At(theta);
        var square = ((SquareState)state).Square.mul(options.Decay)
            .addcmul_(gradient, gradient, value: 1 - options.Decay);
        var root = options.EpsilonInsideRoot
            ? square.add(options.Epsilon).sqrt_()
            : square.sqrt().add_(options.Epsilon);
        var update = gradient.div(root).mul_(-options.LearningRate);
        return (update.MoveToOuterDisposeScope(),
            new SquareState(square.MoveToOuterDisposeScope()) { StepCount = state.StepCount + 1 });
    }
}
