using static TorchSharp.torch;

namespace L2O.Optimizers;

/// <summary>What an optimizer remembers between steps: tensors, and the number of steps made.</summary>
public abstract record RuleState
{
    /// <summary>Steps made since <see cref="IOptimizer.Init"/>.</summary>
    public long StepCount { get; init; }

    /// <summary>The tensors in a fixed order.</summary>
    public IReadOnlyList<Tensor> Tensors
    {
        get
        {
            List<Tensor> tensors = [];
            Map(tensor =>
            {
                tensors.Add(tensor);
                return tensor;
            });
            return tensors;
        }
    }

    /// <summary>The same state with every tensor replaced, visited in a fixed order.</summary>
    public abstract RuleState Map(Func<Tensor, Tensor> replace);

    /// <summary>The same values, cut from the graph that made them.</summary>
    public RuleState Detached() => Map(tensor => tensor.detach());
}

/// <summary>The state of a rule that remembers no tensor.</summary>
public sealed record StatelessState : RuleState
{
    /// <inheritdoc/>
    public override StatelessState Map(Func<Tensor, Tensor> replace) => this;
}
