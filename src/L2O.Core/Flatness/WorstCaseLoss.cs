using L2O.Options;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>Options of the worst-case loss.</summary>
public sealed record WorstCaseLossOptions : IOptions
{
    /// <summary>Distance of the ascent.</summary>
    public double Rho { get; init; } = 0.05;

    /// <summary>
    /// Measures distance relative to each parameter's magnitude (arXiv 2102.11600), so that rescaling layers without
    /// changing the function changes nothing.
    /// </summary>
    public bool Adaptive { get; init; }

    /// <summary>Takes the loss at theta off, which leaves the sharpness alone.</summary>
    public bool Excess { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => Require.Positive("rho", Rho);
}

/// <summary>
/// The loss after the worst small step, to first order: at theta + rho g / |g| (arXiv 2010.01412). Its gradient is the
/// one there, with the step held fixed.
/// </summary>
public sealed class WorstCaseLoss(WorstCaseLossOptions options) : IFlatnessMetric
{
    // Where the gradient vanishes there is no direction to climb, and a division by 0 must not make one.
    private const double SmallestNorm = 1e-12;

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
        var (value, gradient) = point.Loss.WithGradient(point.Theta);
        var (worst, gradientThere) = point.Loss.WithGradient(point.Theta + Ascent(point.Theta, gradient));
        if (options.Excess)
        {
            worst = worst - value;
            gradientThere = gradientThere - gradient;
        }

        return (new(ScalarTensor.Value(worst), Error: 0), gradientThere.MoveToOuterDisposeScope());
    }

    private Tensor Ascent(Tensor theta, Tensor gradient)
    {
        var scaled = options.Adaptive ? theta.abs() * gradient : gradient;
        var step = scaled * (options.Rho / scaled.norm().clamp_min(SmallestNorm));
        return options.Adaptive ? theta.abs() * step : step;
    }
}
