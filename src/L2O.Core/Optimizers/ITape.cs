using static TorchSharp.torch;

namespace L2O.Optimizers;

/// <summary>
/// An optimizer that records its steps. Gradients count as constants: what flows back is how updates depend on phi
/// through the rule and its state, which is all there is once second derivatives of the optimizee are dropped.
/// </summary>
public interface ITape : IOptimizer
{
    /// <summary>The gradient [P] of sum_s &lt;cotangent_s, update_s&gt; with respect to phi; ends the tape.</summary>
    /// <param name="cotangents">One [N] for each recorded step, in order.</param>
    Tensor TimesCotangents(IReadOnlyList<Tensor> cotangents);
}
