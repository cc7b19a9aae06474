using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>Phi in pairs of opposite perturbations; owns them.</summary>
internal sealed class Perturbations : IDisposable
{
    private readonly Tensor _phi;
    private readonly EvolutionOptions _options;

    /// <summary>Draws them.</summary>
    /// <param name="phi">[P].</param>
    /// <param name="options">How many, how far.</param>
    /// <param name="streams">One unroll's perturbations.</param>
    internal Perturbations(Tensor phi, EvolutionOptions options, RandomStreams streams)
    {
        (_phi, _options) = (phi, options);
        Noises = [.. Enumerable.Range(0, options.Pairs).Select(pair => Noise(phi, options, streams, pair))];
        Phis = [.. Noises.SelectMany(noise => new[] { phi + noise, phi - noise })];
    }

    /// <summary>One of each pair, as it is added to phi first: [P].</summary>
    internal IReadOnlyList<Tensor> Noises { get; }

    /// <summary>Phi plus a pair's noise, phi less it, phi plus the next pair's: [P].</summary>
    internal IReadOnlyList<Tensor> Phis { get; }

    /// <summary>The mean over pairs of d (L(phi + e) - L(phi - e)) / (2 sigma^2), added up in their order.</summary>
    /// <param name="directions">d of each pair, [P].</param>
    /// <param name="scores">Of the unrolls at <see cref="Phis"/>.</param>
    internal Tensor Gradient(IReadOnlyList<Tensor> directions, IReadOnlyList<UnrollScore> scores)
    {
        var gradient = zeros_like(_phi);
        for (var pair = 0; pair < directions.Count; pair++)
        {
            var difference = scores[2 * pair].Objective - scores[(2 * pair) + 1].Objective;
            gradient.add_(directions[pair], alpha: difference / (2 * _options.Sigma * _options.Sigma * directions.Count));
        }

        return gradient;
    }

    /// <summary>One perturbation of phi: [P].</summary>
    internal static Tensor Noise(Tensor phi, EvolutionOptions options, RandomStreams streams, int pair)
    {
        using var scope = NewDisposeScope();
        var normal = new NormalNumbers(streams.At("perturbation", pair)).Next(float64, phi.shape);
        return normal.mul_(options.Sigma).to(phi.dtype, phi.device)
            .MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Noises.Concat(Phis))
        {
            tensor.Dispose();
        }
    }
}
