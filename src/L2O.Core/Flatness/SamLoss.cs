using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>Options of the loss after the worst small step.</summary>
public sealed record SamLossOptions : WorstStepOptions;

/// <summary>
/// The loss after the worst small step, what sharpness-aware minimization lowers (arXiv 2010.01412). Its gradient is the
/// one there, with the step held fixed.
/// </summary>
public sealed class SamLoss(SamLossOptions options) : IFlatnessMetric
{
    /// <inheritdoc/>
    public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        return FlatnessEstimate.Exact(point.Loss.At(End(point)));
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var (worst, gradient) = point.Loss.WithGradient(End(point));
        return (FlatnessEstimate.Exact(worst), gradient.MoveToOuterDisposeScope());
    }

    private Tensor End(FlatnessPoint point) =>
        WorstStep.End(options, point.Theta, point.Loss.WithGradient(point.Theta).Gradient);
}
