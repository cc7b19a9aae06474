using L2O.MetaTraining;
using L2O.Optimizees;
using L2O.Optimizees.Networks;
using L2O.Options;

namespace L2O.Experiments;

/// <summary>Which optimizees cannot hold training examples out, as far as a config tells before data is read.</summary>
internal static class HoldingOut
{
    /// <summary>One problem where the meta-loss is to look at, or to leave, what an optimizee does not have.</summary>
    internal static IEnumerable<OptionProblem> Problems(LossSplit split, IReadOnlyList<OptimizeeEntry> entries) => entries
        .SelectMany(entry => entry.Optimizee.All.Select(variant => (Name: OptimizeeName.Of(entry, variant), variant.Options)))
        .Where(optimizee => split != LossSplit.Train && !IsPossible(optimizee.Options))
        .Take(1)
        .Select(optimizee => new OptionProblem("meta.loss_split", LossSplits.NothingToHoldOut(split, optimizee.Name)));

    private static bool IsPossible(IOptions optimizee) => optimizee switch
    {
        SumOptions sum => sum.Terms.All(IsPossible),
        NetworkOptions network => network.TrainExamples is null or >= HeldOutExamples.LeastCount,
        _ => false,
    };
}
