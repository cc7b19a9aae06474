using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>Two runs of one episode with opposite perturbations of phi.</summary>
/// <param name="Accumulated">All perturbations since the episode began, of the first run: [P].</param>
/// <param name="Plus">Where the first run is.</param>
/// <param name="Minus">Where the second run is.</param>
internal sealed record PersistentPair<TState>(Tensor Accumulated, TState Plus, TState Minus);

/// <summary>
/// Antithetic persistent evolution strategies (Vicol et al. 2021, arXiv 2112.13835): each pair of runs goes on from
/// unroll to unroll, and its objectives are credited to all of its perturbations so far. Over the unrolls of an episode
/// the estimates add up to the gradient of the whole episode's objective, without truncation's bias.
/// </summary>
internal static class PersistentEvolutionStrategies
{
    /// <summary>The pairs before an episode's first unroll.</summary>
    /// <param name="phi">[P].</param>
    /// <param name="start">Where every run begins.</param>
    /// <param name="options">How many pairs.</param>
    public static IReadOnlyList<PersistentPair<TState>> Start<TState>(
        Tensor phi, TState start, EvolutionOptions options) =>
        [.. Enumerable.Range(0, options.Pairs)
            .Select(_ => new PersistentPair<TState>(zeros_like(phi), start, start))];

    /// <summary>The mean over pairs of (sum of e) (L(phi + e) - L(phi - e)) / (2 sigma^2).</summary>
    /// <param name="run">Runs two unrolls for each pair.</param>
    /// <param name="phi">[P].</param>
    /// <param name="pairs">From <see cref="Start"/> or the unroll before; left as they were.</param>
    /// <param name="options">How far phi is perturbed.</param>
    /// <param name="streams">This unroll's perturbations.</param>
    public static EvolutionResult<IReadOnlyList<PersistentPair<TState>>> Estimate<TState>(
        RunUnrolls<TState> run,
        Tensor phi,
        IReadOnlyList<PersistentPair<TState>> pairs,
        EvolutionOptions options,
        RandomStreams streams)
    {
        using Perturbations perturbations = new(phi, options, streams);
        var starts = pairs.SelectMany(pair => new[] { pair.Plus, pair.Minus });
        var outcomes = run([.. perturbations.Phis.Zip(starts, (perturbed, start) => new UnrollAt<TState>(perturbed, start))]);
        UnrollScore[] scores = [.. outcomes.Select(outcome => outcome.Score)];
        PersistentPair<TState>[] next =
        [
            .. pairs.Select((pair, i) => new PersistentPair<TState>(
                pair.Accumulated + perturbations.Noises[i], outcomes[2 * i].End, outcomes[(2 * i) + 1].End)),
        ];
        return new(
            perturbations.Gradient([.. next.Select(pair => pair.Accumulated)], scores), UnrollScore.MeanOf(scores), next);
    }
}
