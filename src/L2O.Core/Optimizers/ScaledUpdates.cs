using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers;

/// <summary>
/// A rule whose updates are multiplied by a number: what a learning rate is to a handcrafted rule. The rule itself sees nothing of it,
/// but the points that its steps lead to.
/// </summary>
/// <param name="scaleAt">The number at a step, from 0.</param>
/// <param name="inner">The rule.</param>
public sealed class ScaledUpdates(Func<long, double> scaleAt, IOptimizer inner) : IOptimizer
{
    /// <summary>The same number at every step.</summary>
    public ScaledUpdates(double scale, IOptimizer inner)
        : this(_ => scale, inner)
    {
    }

    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        inner.Init(layout, theta, streams);

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        var (update, next) = inner.Step(gradients, theta, state);
        using (update)
        {
            return (update * scaleAt(state.StepCount), next);
        }
    }

    /// <inheritdoc/>
    public (Tensor Update, RuleState State) StepInPlace(
        IGradientSource gradients, Tensor theta, RuleState state, Tensor? spent = null)
    {
        var scale = scaleAt(state.StepCount);
        var (update, next) = inner.StepInPlace(gradients, theta, state, spent);
        return (update.mul_(scale), next);
    }
}
