using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>
/// The tape of fused kernels: it keeps the state before the first step and each step's gradient, and computes the rest
/// again when it is asked for the meta-gradient.
/// </summary>
/// <param name="rule">Makes the steps.</param>
/// <param name="kernel">The same rule's.</param>
/// <param name="phi">[P]; owned by the caller.</param>
internal sealed class FusedTape(FusedRule rule, IFusedKernel kernel, Tensor phi) : ITape
{
    private readonly List<Tensor> _gradients = [];
    private TiledState? _start;

    /// <inheritdoc/>
    public OptimizerState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        rule.Init(layout, theta, streams);

    /// <summary>One recorded step; what the tape keeps of it belongs to the caller's scope.</summary>
    /// <exception cref="InvalidOperationException">The state is not the one the step before led to.</exception>
    public (Tensor Update, OptimizerState State) Step(IGradientSource gradients, Tensor theta, OptimizerState state)
    {
        using var scope = NewDisposeScope();
        var gradient = Remember(gradients.At(theta), (TiledState)state);
        var (update, next) = rule.Step(gradient, (TiledState)state);
        gradient.MoveToOuterDisposeScope();
        return (update.MoveToOuterDisposeScope(), next.Map(tensor => tensor.MoveToOuterDisposeScope()));
    }

    /// <summary>The same step over the state's memory, but for the first: the tape keeps the state before that.</summary>
    /// <exception cref="InvalidOperationException">The state is not the one the step before led to.</exception>
    public (Tensor Update, OptimizerState State) StepInPlace(
        IGradientSource gradients, Tensor theta, OptimizerState state, Tensor? spent = null)
    {
        if (_start is null)
        {
            return Step(gradients, theta, state);
        }

        var update = spent ?? empty_like(theta);
        using var scope = NewDisposeScope();
        var gradient = Remember(gradients.At(theta), (TiledState)state);
        var next = rule.StepInPlace(gradient, (TiledState)state, update);
        gradient.MoveToOuterDisposeScope();
        return (update, next);
    }

    /// <inheritdoc/>
    public Tensor TimesCotangents(IReadOnlyList<Tensor> cotangents)
    {
        if (cotangents.Count != _gradients.Count)
        {
            throw new ArgumentException($"{cotangents.Count} for {_gradients.Count} steps", nameof(cotangents));
        }

        if (_start is null)
        {
            return zeros_like(phi);
        }

        using var scope = NewDisposeScope();
        var metaGradient = empty_like(phi);
        kernel.MetaGradient(
            _gradients,
            [.. cotangents.Select(cotangent => cotangent.contiguous())],
            _start,
            metaGradient);
        return metaGradient.MoveToOuterDisposeScope();
    }

    // The gradient as the tape keeps it.
    private Tensor Remember(Tensor gradient, TiledState state)
    {
        if (_start is { } start && state.StepCount != start.StepCount + _gradients.Count)
        {
            throw new InvalidOperationException(
                $"The tape is at step {start.StepCount + _gradients.Count}, the state at {state.StepCount}.");
        }

        _start ??= state.Map(tensor => tensor.detach().MoveToOuterDisposeScope());
        var kept = gradient.detach().contiguous();
        _gradients.Add(kept);
        return kept;
    }
}
