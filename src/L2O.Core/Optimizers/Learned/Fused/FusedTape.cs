using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>
/// The tape of a kernel: it keeps the state before the first step, each step's gradient, and its theta where that counts. The rest is
/// computed again when the tape is asked for the meta-gradient.
/// </summary>
/// <param name="kernel">Makes the steps.</param>
/// <param name="phi">The kernel's: [P]; owned by the caller.</param>
internal sealed class FusedTape(ICoordinatewiseKernel kernel, Tensor phi) : ITape
{
    private readonly List<Tensor> _gradients = [];
    private readonly List<Tensor> _thetas = [];
    private RuleState? _start;

    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        kernel.InitialState(layout, theta);

    /// <summary>One recorded step; what the tape keeps of it belongs to the caller's scope.</summary>
    /// <exception cref="InvalidOperationException">The state is not the one the step before led to.</exception>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        using var scope = NewDisposeScope();
        var (gradient, at) = Keep(gradients.At(theta), theta, state);
        var (update, next) = kernel.Step(gradient, at, state);
        return (update.MoveToOuterDisposeScope(), next.Map(tensor => tensor.MoveToOuterDisposeScope()));
    }

    /// <summary>The same step over the state's memory, but for the first: the tape keeps the state before that.</summary>
    /// <exception cref="InvalidOperationException">The state is not the one the step before led to.</exception>
    public (Tensor Update, RuleState State) StepInPlace(
        IGradientSource gradients, Tensor theta, RuleState state, Tensor? spent = null)
    {
        if (_start is null)
        {
            return Step(gradients, theta, state);
        }

        var update = spent ?? empty_like(theta);
        using var scope = NewDisposeScope();
        var (gradient, at) = Keep(gradients.At(theta), theta, state);
        var next = kernel.StepInPlace(gradient, at, state, update);
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
        return kernel
            .MetaGradient(_gradients, _thetas, [.. cotangents.Select(cotangent => cotangent.contiguous())], _start)
            .MoveToOuterDisposeScope();
    }

    // Puts a step on the tape: its gradient and theta, as it returns them, and the state if it is the first.
    private (Tensor Gradient, Tensor Theta) Keep(Tensor gradient, Tensor theta, RuleState state)
    {
        if (_start is { } start && state.StepCount != start.StepCount + _gradients.Count)
        {
            throw new InvalidOperationException(
                $"The tape is at step {start.StepCount + _gradients.Count}, the state at {state.StepCount}.");
        }

        _start ??= state.Map(tensor => tensor.detach().MoveToOuterDisposeScope());
        _gradients.Add(gradient.detach().contiguous().MoveToOuterDisposeScope());
        var at = theta.detach().contiguous();
        if (kernel.LooksAtTheta)
        {
            _thetas.Add(at.MoveToOuterDisposeScope());
        }

        return (_gradients[^1], at);
    }
}
