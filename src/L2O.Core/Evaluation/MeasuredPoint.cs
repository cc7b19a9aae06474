using L2O.Flatness;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Evaluation;

/// <summary>A solution while one of its numbers is measured.</summary>
/// <param name="solution">Where a run ended.</param>
/// <param name="loss">Of a fixed part of Train.</param>
/// <param name="onDensity">Given the spectral density.</param>
internal sealed class MeasuredPoint(Solution solution, MeteredLoss loss, Action<SpectralDensity> onDensity)
{
    internal MeteredLoss Loss => loss;

    internal RandomStreams Streams { get; } = solution.Streams.At("flatness");

    internal Hessian Hessian() => loss.HessianAt(solution.Theta);

    internal SpectralDensity Density(FlatnessOptions options)
    {
        var density = SpectralDensity.Of(Hessian(), options.LanczosRuns, options.LanczosSteps, Streams.At("density"));
        onDensity(density);
        return density;
    }

    /// <summary>The gradient's length, |g|.</summary>
    internal Estimate GradientNorm() =>
        Estimate.Exact(ScalarTensor.Value(loss.WithGradient(solution.Theta).Gradient.norm()));

    internal Estimate Sharpness(double rho, bool isAdaptive)
    {
        var metric = new WorstCaseLoss(new() { Rho = rho, Adaptive = isAdaptive, Excess = true });
        var (value, error, _) = metric.Measure(new(loss, _ => loss, solution.Theta, Step: 0, Streams), memory: null);
        return new(value, error);
    }

    /// <summary>The negative local entropy but for a constant, and the same less the loss at theta.</summary>
    internal IReadOnlyList<Estimate> LocalEntropy(double gamma, int pairs)
    {
        var entropy = Flatness.LocalEntropy.Value(loss, solution.Theta, gamma, pairs, Streams.At("local_entropy"));
        using var noGradient = no_grad();
        return [entropy, entropy with { Value = entropy.Value - ScalarTensor.Value(loss.At(solution.Theta)) }];
    }
}
