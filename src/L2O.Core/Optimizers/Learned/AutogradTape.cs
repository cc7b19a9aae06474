using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>The tape that libtorch's autograd keeps: works for every rule written in tensor operations.</summary>
public sealed class AutogradTape : ITape
{
    private readonly Tensor _phi;
    private readonly IOptimizer _optimizer;
    private readonly List<Tensor> _updates = [];

    /// <summary>Starts recording; the tape's tensors belong to the caller's scope.</summary>
    public AutogradTape(ILearnedOptimizer optimizer, Tensor phi)
    {
        _phi = phi.detach().requires_grad_();
        _optimizer = optimizer.At(_phi);
    }

    /// <inheritdoc/>
    public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
        _optimizer.Init(layout, theta, streams);

    /// <summary>One recorded step; the update it returns is a constant, the state it returns is not.</summary>
    public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
    {
        // The very theta, where it has no graph: gradients at it are known already.
        var (update, next) = _optimizer.Step(gradients, theta.requires_grad ? theta.detach() : theta, state);
        _updates.Add(update);
        return (update.detach(), next);
    }

    /// <inheritdoc/>
    public Tensor TimesCotangents(IReadOnlyList<Tensor> cotangents) =>
        Gradients.TimesCotangents(_updates, _phi, cotangents);
}
