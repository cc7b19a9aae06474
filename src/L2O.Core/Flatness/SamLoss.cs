using L2O.Tensors;
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
        using var scope = NewDisposeScope();
        return new(ScalarTensor.Value(point.Loss.At(End(point))), Error: 0);
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using var scope = NewDisposeScope();
        var (worst, gradient) = point.Loss.WithGradient(End(point));
        return (new(ScalarTensor.Value(worst), Error: 0), gradient.MoveToOuterDisposeScope());
    }

    private Tensor End(FlatnessPoint point) =>
        WorstStep.End(options, point.Theta, point.Loss.WithGradient(point.Theta).Gradient);
}
