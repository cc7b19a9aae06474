using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>
/// A rule whose updates are multiplied by a number: what a learning rate is to a handcrafted rule. The rule itself sees nothing of it,
/// but the points that its steps lead to.
/// </summary>
/// <param name="scale">The number.</param>
/// <param name="inner">The rule.</param>
public sealed class ScaledUpdates(double scale, IOptimizer inner) : IOptimizer
{
    /// <inheritdoc/>
    public OptimizerState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        inner.Init(layout, theta, streams);

    /// <inheritdoc/>
    public (Tensor Update, OptimizerState State) Step(IGradientSource gradients, Tensor theta, OptimizerState state) =>
        Scaled(inner.Step(gradients, theta, state));

    /// <inheritdoc/>
    public (Tensor Update, OptimizerState State) StepInPlace(
        IGradientSource gradients, Tensor theta, OptimizerState state, Tensor? spent = null)
    {
        var (update, next) = inner.StepInPlace(gradients, theta, state, spent);
        return (update.mul_(scale), next);
    }

    private (Tensor Update, OptimizerState State) Scaled((Tensor Update, OptimizerState State) step)
    {
        using (step.Update)
        {
            return (step.Update * scale, step.State);
        }
    }
}
