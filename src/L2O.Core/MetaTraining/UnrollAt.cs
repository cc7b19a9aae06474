using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>An unroll at some phi, without a gradient.</summary>
/// <typeparam name="TState">What an unroll hands to the next; values, without a graph.</typeparam>
/// <param name="Phi">[P].</param>
/// <param name="Start">Where the unroll starts; left as it was.</param>
/// <param name="IsEndNeeded">Whether another goes on from where it ends.</param>
internal sealed record UnrollAt<TState>(Tensor Phi, TState Start, bool IsEndNeeded = true);

/// <summary>What an unroll at some phi came to.</summary>
/// <param name="Objective">What its meta-gradient is of: the meta-loss and what a regularizer adds.</param>
/// <param name="MetaLoss">Without regularizer.</param>
/// <param name="FinalLoss">The loss that the meta-loss looks at, at the last theta.</param>
/// <param name="RegularizerValue">Mean of the regularizer's metric over the points that have it; null where none has.</param>
internal sealed record UnrollScore(double Objective, double MetaLoss, double FinalLoss, double? RegularizerValue = null)
{
    /// <summary>The mean of each number over several unrolls.</summary>
    internal static UnrollScore MeanOf(IReadOnlyList<UnrollScore> scores) => new(
        scores.Average(score => score.Objective),
        scores.Average(score => score.MetaLoss),
        scores.Average(score => score.FinalLoss),
        scores.Average(score => score.RegularizerValue));
}

/// <summary>Where an unroll at some phi ended.</summary>
/// <param name="Score">What it came to.</param>
/// <param name="End">Where the next one starts; its own start where that was not needed.</param>
internal sealed record UnrollOutcome<TState>(UnrollScore Score, TState End);

/// <summary>Runs unrolls, side by side where there are threads for it.</summary>
/// <param name="unrolls">Which; they do not depend on each other.</param>
/// <returns>Their outcomes in the same order, the ends' tensors in the caller's scope.</returns>
internal delegate IReadOnlyList<UnrollOutcome<TState>> RunUnrolls<TState>(IReadOnlyList<UnrollAt<TState>> unrolls);
