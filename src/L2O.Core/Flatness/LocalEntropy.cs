using L2O.Options;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>Options of the negative local entropy.</summary>
public sealed record LocalEntropyOptions : IOptions
{
    /// <summary>
    /// How narrow the neighbourhood is: its width is 1 / sqrt(gamma). Entropy-SGD's code starts at 1e-4, where a
    /// gradient that is scaled by gamma vanishes beside the loss's.
    /// </summary>
    public double Gamma { get; init; } = 1;

    /// <summary>Gamma grows by this fraction with every optimizee step; Entropy-SGD's code has 1e-3.</summary>
    public double GammaGrowth { get; init; }

    /// <summary>Gradients in each walk, each on a fresh minibatch; steps are what a regularizer chooses points by.</summary>
    public int WalkSteps { get; init; } = 20;

    /// <summary>Step size of the walk; stable below 2 / (largest curvature + gamma).</summary>
    public double StepSize { get; init; } = 0.1;

    /// <summary>Noise of the walk; 1.41421356 samples the neighbourhood's density at temperature 1.</summary>
    public double Noise { get; init; } = 1e-4;

    /// <summary>Weight of each new point in the walk's mean.</summary>
    public double Averaging { get; init; } = 0.75;

    /// <summary>Whether the gradient is gamma (theta - mean), as the definition has it, or theta - mean.</summary>
    public bool ScaledByGamma { get; init; } = true;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.Positive("gamma", Gamma), .. Require.NotNegative("gamma_growth", GammaGrowth),
        .. Require.AtLeast("walk_steps", WalkSteps, 1), .. Require.Positive("step_size", StepSize),
        .. Require.NotNegative("noise", Noise), .. Require.Share("averaging", Averaging),
    ];
}

/// <summary>
/// Negative local entropy, -log of the integral of exp(-f(x) - gamma/2 |x - theta|^2) over x: low where theta lies in a
/// wide valley (arXiv 1611.01838). Only its gradient is cheap. What the walk's noise alone makes of the mean is taken
/// off: it averages out, but with the noise of the definition would drown the rest. The value given is
/// gamma/2 |theta - mean|^2, which has the same gradient with the mean held fixed, and is 0 where the walk goes nowhere.
/// </summary>
public sealed class LocalEntropy(LocalEntropyOptions options) : IFlatnessMetric
{
    private readonly LangevinChain _chain = new(options.WalkSteps, options.StepSize, options.Noise, options.Averaging);

    /// <inheritdoc/>
    public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        return MeasureWithGradient(point, memory).Estimate;
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var gamma = options.Gamma * Math.Pow(1 + options.GammaGrowth, point.Step);
        var mean = _chain.MeanLessNoise(
            (x, draw) => point.Fresh(draw).WithGradient(x).Gradient, point.Theta, gamma, point.StepStreams);
        var offset = point.Theta - mean;
        var scale = options.ScaledByGamma ? gamma : 1;
        var value = scale / 2 * ScalarTensor.Value(offset.square().sum());
        return (new(value, double.NaN), offset.mul(scale).MoveToOuterDisposeScope());
    }

    /// <summary>
    /// The value itself, but for the constant -(N/2) log(2 pi / gamma): -log of the mean of exp(-f(x)) over x drawn
    /// from the normal distribution of variance 1 / gamma around theta. Of use where f varies by a few units there.
    /// </summary>
    /// <param name="loss">f.</param>
    /// <param name="theta">[N].</param>
    /// <param name="gamma">How narrow the neighbourhood is.</param>
    /// <param name="pairs">Points drawn, each with the one opposite of theta, so that the slope there cancels; 2 or more.</param>
    /// <param name="streams">Decide them.</param>
    public static Estimate Value(ILoss loss, Tensor theta, double gamma, int pairs, RandomStreams streams)
    {
        using var work = NumericWork.Begin();
        using var noGradient = no_grad();
        using var generator = streams.Generator("neighbourhood");
        var losses = new (double There, double Opposite)[pairs];
        for (var i = 0; i < pairs; i++)
        {
            using var inner = NewDisposeScope();
            var normal = randn(theta.shape, dtype: float64, generator: generator).to(theta.dtype, theta.device);
            var step = normal / Math.Sqrt(gamma);
            losses[i] = (ScalarTensor.Value(loss.At(theta + step)), ScalarTensor.Value(loss.At(theta - step)));
        }

        // Measured from the lowest loss, so that the exponentials neither overflow nor all vanish.
        var lowest = losses.Min(pair => Math.Min(pair.There, pair.Opposite));
        var (mean, error) = Estimate.OfMean(
            [.. losses.Select(pair => (Math.Exp(lowest - pair.There) + Math.Exp(lowest - pair.Opposite)) / 2)]);
        return new(lowest - Math.Log(mean), error / mean);
    }
}
