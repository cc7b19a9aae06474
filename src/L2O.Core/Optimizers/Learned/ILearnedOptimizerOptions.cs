using L2O.Options;

namespace L2O.Optimizers.Learned;

/// <summary>What a meta-training asks of the optimizer that it trains.</summary>
/// <param name="SecondDerivatives">Steps with the whole graph of an unroll.</param>
/// <param name="RegularizedOptimizee">Gradients that a regularizer has changed, at theta alone.</param>
public readonly record struct MetaTrainingDemands(bool SecondDerivatives, bool RegularizedOptimizee);

/// <summary>Options of a learned optimizer.</summary>
public interface ILearnedOptimizerOptions : IOptimizerOptions
{
    /// <summary>What of these options a meta-training with such demands cannot have.</summary>
    IEnumerable<OptionProblem> ProblemsUnder(MetaTrainingDemands demands) => [];
}
