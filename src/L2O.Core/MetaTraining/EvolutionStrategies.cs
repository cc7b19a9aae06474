using L2O.Options;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>One unroll at phi, without a gradient.</summary>
/// <typeparam name="TState">What an unroll hands to the next; values, without a graph.</typeparam>
/// <param name="phi">[P].</param>
/// <param name="start">Where the unroll starts; left as it was.</param>
/// <returns>The unroll's meta-loss and where the next one starts, its tensors in the caller's scope.</returns>
public delegate (double MetaLoss, TState End) UnrollAt<TState>(Tensor phi, TState start);

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
/// <param name="MetaLoss">Mean over all perturbations.</param>
/// <param name="End">Where the next unroll starts.</param>
public sealed record EvolutionResult<TEnd>(Tensor MetaGradient, double MetaLoss, TEnd End);

/// <summary>
/// Antithetic evolution strategies over truncated unrolls (Vicol et al. 2021, arXiv 2112.13835): the gradient of one
/// unroll's meta-loss, whatever lies between phi and it. How phi moved the unroll's start is left out, as in truncated
/// back-propagation.
/// </summary>
public static class EvolutionStrategies
{
    /// <summary>The mean over pairs of e (L(phi + e) - L(phi - e)) / (2 sigma^2).</summary>
    /// <param name="unroll">Runs one unroll; called twice for each pair, and once at phi to go on from there.</param>
    /// <param name="phi">[P].</param>
    /// <param name="start">Where the unroll starts, for all perturbations alike.</param>
    /// <param name="options">How far and how often phi is perturbed.</param>
    /// <param name="streams">This unroll's perturbations.</param>
    public static EvolutionResult<TState> Estimate<TState>(
        UnrollAt<TState> unroll, Tensor phi, TState start, EvolutionOptions options, RandomStreams streams)
    {
        var gradient = zeros_like(phi);
        double sum = 0;
        for (var pair = 0; pair < options.Pairs; pair++)
        {
            using var scope = NewDisposeScope();
            var noise = Noise(phi, options, streams, pair);
            var plus = unroll(phi + noise, start).MetaLoss;
            var minus = unroll(phi - noise, start).MetaLoss;
            gradient.add_(noise, alpha: Slope(plus, minus, options));
            sum += plus + minus;
        }

        return new(gradient, sum / (2 * options.Pairs), unroll(phi, start).End);
    }

    /// <summary>One perturbation of phi: [P].</summary>
    internal static Tensor Noise(Tensor phi, EvolutionOptions options, RandomStreams streams, int pair)
    {
        using var scope = NewDisposeScope();
        using var generator = streams.Generator("perturbation", pair);
        return randn(phi.shape, dtype: float64, generator: generator).mul_(options.Sigma).to(phi.dtype, phi.device)
            .MoveToOuterDisposeScope();
    }

    /// <summary>What a pair's perturbation is multiplied by in the mean over pairs.</summary>
    internal static double Slope(double plus, double minus, EvolutionOptions options) =>
        (plus - minus) / (2 * options.Sigma * options.Sigma * options.Pairs);
}
