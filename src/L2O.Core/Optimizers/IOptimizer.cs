using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Optimizers;

/// <summary>An update rule, handcrafted or learned: two functions and no hidden state.</summary>
public interface IOptimizer
{
    /// <summary>The state before the first step.</summary>
    /// <param name="layout">Which scalars belong to which tensor.</param>
    /// <param name="theta">The start: [N]. State is made on its device and in its type.</param>
    /// <param name="streams">For rules that draw random numbers.</param>
    RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams);

    /// <summary>One step: theta + Update is the next theta.</summary>
    /// <param name="gradients">Gives the gradient [N] at any point, on this step's minibatch.</param>
    /// <param name="theta">Current parameters: [N].</param>
    /// <param name="state">From <see cref="Init"/> or the previous step; left as it was.</param>
    (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state);

    /// <summary>The same step where the state before it is not needed afterwards: a rule may reuse its memory.</summary>
    /// <param name="gradients">Gives the gradient [N] at any point, on this step's minibatch.</param>
    /// <param name="theta">Current parameters: [N].</param>
    /// <param name="state">
    /// Used up: its tensors may have been overwritten, and the next state's may be the same ones, in the same scope.
    /// </param>
    /// <param name="spent">An update of this rule from before, used up too: it may be overwritten and returned again.</param>
    (Tensor Update, RuleState State) StepInPlace(
        IGradientSource gradients, Tensor theta, RuleState state, Tensor? spent = null) =>
        Step(gradients, theta, state);
}

/// <summary>The gradient of one step's loss, wherever a rule wants it.</summary>
public interface IGradientSource
{
    /// <summary>The gradient [N] at a point, on the step's own minibatch.</summary>
    Tensor At(Tensor theta);

    /// <summary>The gradient [N] at a point, on another minibatch.</summary>
    /// <param name="theta">[N].</param>
    /// <param name="draw">Which one: 1, 2, ...; the same number gives the same minibatch within a step.</param>
    Tensor AtFresh(Tensor theta, long draw);
}
