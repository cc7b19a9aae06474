using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers;

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
