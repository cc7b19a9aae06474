using L2O.Options;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>Options of meta-gradients from perturbed phi.</summary>
public sealed record EvolutionOptions : IOptions
{
    /// <summary>Standard deviation of the perturbations; the gradient is that of the meta-loss blurred by it.</summary>
    public double Sigma { get; init; } = 0.01;

    /// <summary>Perturbations, each tried in both directions; the error falls with the square root.</summary>
    public int Pairs { get; init; } = 8;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
        [.. Require.Positive("sigma", Sigma), .. Require.AtLeast("pairs", Pairs, 1)];
}

/// <summary>A meta-gradient from perturbed phi.</summary>
/// <param name="MetaGradient">[P].</param>
/// <param name="Score">Mean over the perturbed runs; of evolution strategies that are cut, the final loss is the run's at phi.</param>
/// <param name="End">Where the next unroll starts.</param>
internal sealed record EvolutionResult<TEnd>(Tensor MetaGradient, UnrollScore Score, TEnd End);

/// <summary>
/// Antithetic evolution strategies over truncated unrolls (Vicol et al. 2021, arXiv 2112.13835): the gradient of one
/// unroll's objective, whatever lies between phi and it. How phi moved the unroll's start is left out, as in truncated
/// back-propagation.
/// </summary>
internal static class EvolutionStrategies
{
    /// <summary>The mean over pairs of e (L(phi + e) - L(phi - e)) / (2 sigma^2).</summary>
    /// <param name="run">Runs two unrolls for each pair, and one at phi to go on from there.</param>
    /// <param name="phi">[P].</param>
    /// <param name="start">Where the unroll starts, for all perturbations alike.</param>
    /// <param name="options">How far and how often phi is perturbed.</param>
    /// <param name="streams">This unroll's perturbations.</param>
    public static EvolutionResult<TState> Estimate<TState>(
        RunUnrolls<TState> run, Tensor phi, TState start, EvolutionOptions options, RandomStreams streams)
    {
        using Perturbations perturbations = new(phi, options, streams);
        var outcomes = run(
        [
            .. perturbations.Phis.Select(perturbed => new UnrollAt<TState>(perturbed, start, IsEndNeeded: false)),
            new(phi, start),
        ]);
        UnrollScore[] scores = [.. outcomes.SkipLast(1).Select(outcome => outcome.Score)];
        var last = outcomes[^1];
        return new(
            perturbations.Gradient(perturbations.Noises, scores),
            UnrollScore.MeanOf(scores) with { FinalLoss = last.Score.FinalLoss },
            last.End);
    }
}
