using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>Options of what the worst small step adds to the loss.</summary>
public sealed record SamSharpnessOptions : WorstStepOptions
{
    private const double AnalysisAdaptiveRho = 0.5;

    /// <summary>As it is, and relative to the parameters' magnitudes.</summary>
    public override IReadOnlyList<IMetricOptions> ForAnalysis =>
        [this, this with { Rho = AnalysisAdaptiveRho, Adaptive = true }];
}

/// <summary>
/// The loss after the worst small step less the loss (arXiv 2010.01412), the surrogate gap of GSAM (Zhuang et al. 2022,
/// "Surrogate gap minimization improves sharpness-aware training", arXiv 2203.08065). Its gradient is the difference of the
/// two, with the step held fixed.
/// </summary>
public sealed class SamSharpness(SamSharpnessOptions options) : IFlatnessMetric
{
    /// <inheritdoc/>
    public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var (value, gradient) = point.Loss.WithGradient(point.Theta);
        var worst = point.Loss.At(WorstStep.End(options, point.Theta, gradient));
        return FlatnessEstimate.Exact(worst - value);
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var (value, gradient) = point.Loss.WithGradient(point.Theta);
        var (worst, gradientThere) = point.Loss.WithGradient(WorstStep.End(options, point.Theta, gradient));
        return (FlatnessEstimate.Exact(worst - value), (gradientThere - gradient).MoveToOuterDisposeScope());
    }
}
