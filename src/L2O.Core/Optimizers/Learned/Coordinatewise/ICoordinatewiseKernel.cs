using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Coordinatewise;

/// <summary>
/// The arithmetic of a coordinate-wise network at one phi, on whatever device and in whatever layout: only the kernel
/// itself knows what its states hold. Its tensors belong to the caller's scope.
/// </summary>
internal interface ICoordinatewiseKernel
{
    /// <summary>Whether steps depend on theta, beside the gradient.</summary>
    bool LooksAtTheta { get; }

    /// <summary>The state before the first step.</summary>
    /// <param name="layout">Which scalars belong to which tensor.</param>
    /// <param name="theta">The start: [N].</param>
    RuleState InitialState(ParameterLayout layout, Tensor theta);

    /// <summary>One step.</summary>
    /// <param name="gradient">[N], contiguous.</param>
    /// <param name="theta">[N], contiguous.</param>
    /// <param name="state">Before the step; left as it was.</param>
    (Tensor Update, RuleState State) Step(Tensor gradient, Tensor theta, RuleState state);

    /// <summary>The same step without new memory.</summary>
    /// <param name="gradient">[N], contiguous.</param>
    /// <param name="theta">[N], contiguous.</param>
    /// <param name="state">Before the step; its tensors are overwritten and become the next state's.</param>
    /// <param name="update">Receives [N].</param>
    /// <returns>The next state.</returns>
    RuleState StepInPlace(Tensor gradient, Tensor theta, RuleState state, Tensor update);

    /// <summary>The gradient [P] of sum_s &lt;cotangent_s, update_s&gt; with respect to phi.</summary>
    /// <param name="gradients">Each step's [N], contiguous; at least one.</param>
    /// <param name="thetas">Each step's [N], contiguous; none where steps do not depend on theta.</param>
    /// <param name="cotangents">Each step's [N], contiguous.</param>
    /// <param name="start">The state before the first step, a constant; left as it was.</param>
    Tensor MetaGradient(
        IReadOnlyList<Tensor> gradients, IReadOnlyList<Tensor> thetas, IReadOnlyList<Tensor> cotangents, RuleState start);
}
