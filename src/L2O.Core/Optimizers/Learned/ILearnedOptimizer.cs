using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>A family of update rules, one for each value of its parameters phi.</summary>
public interface ILearnedOptimizer
{
    /// <summary>The parameters phi, under the names that checkpoints use.</summary>
    ParameterLayout PhiLayout { get; }

    /// <summary>Phi before meta-training: [P], float64 on the CPU.</summary>
    Tensor InitialPhi(RandomStreams streams);

    /// <summary>The rule at phi; differentiable in phi where phi requires a gradient.</summary>
    /// <param name="phi">[P]; the rule is valid while it lives and is not changed.</param>
    IOptimizer At(Tensor phi);

    /// <summary>The rule at phi, recording its steps to give the meta-gradient of one unroll.</summary>
    /// <param name="phi">[P]; the tape is valid while it lives and is not changed.</param>
    ITape Record(Tensor phi);
}

/// <summary>
/// An optimizer that remembers its steps. Gradients count as constants: what flows back is how updates depend on phi
/// through the rule and its state, which is all there is once second derivatives of the optimizee are dropped.
/// </summary>
public interface ITape : IOptimizer
{
    /// <summary>The gradient [P] of sum_s &lt;cotangent_s, update_s&gt; with respect to phi; ends the tape.</summary>
    /// <param name="cotangents">One [N] for each recorded step, in order.</param>
    Tensor TimesCotangents(IReadOnlyList<Tensor> cotangents);
}
