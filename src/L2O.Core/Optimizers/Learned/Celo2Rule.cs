using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>Celo2's step where the network does every tensor.</summary>
/// <param name="options">All but the schedule.</param>
/// <param name="weights">Of the network's layers.</param>
internal sealed class Celo2Rule(Celo2Options options, Tensor[] weights) : IOptimizer
{
    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        new Celo2Features(layout, options).Start(theta);

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        using var scope = NewDisposeScope();
        var old = (Celo2State)state;
        var (features, next) = old.Features.Next(gradients.At(theta), theta, old);
        var step = old.Features.Normalized(Shaped(Direction(features), old.Features.Layout).unsqueeze(0)).squeeze(0);
        var update = (options.WeightDecay > 0 ? step + (theta * options.WeightDecay) : step) * -options.LearningRate;
        return (update.MoveToOuterDisposeScope(), next.Map(tensor => tensor.MoveToOuterDisposeScope()));
    }

    private Tensor Direction(Tensor features)
    {
        var outputs = FeedForward.Outputs(weights, features);
        return options.ExpMult > 0 ? outputs[0] * (outputs[1] * options.ExpMult).exp() : outputs[0];
    }

    private Tensor Shaped(Tensor direction, ParameterLayout layout) => options.Orthogonalize
        ? cat([.. layout.Split(direction).Where(part => part.numel() > 0).Select(Orthogonalized)])
        : direction;

    private static Tensor Orthogonalized(Tensor tensor) =>
        NewtonSchulz.Orthogonalized(tensor.view(tensor.shape[0], -1)).reshape(-1);
}
