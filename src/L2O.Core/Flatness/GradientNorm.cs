using L2O.Flatness.Curvature;
using L2O.Options;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>Options of the gradient norm.</summary>
public sealed record GradientNormOptions : IMetricOptions
{
    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => [];
}

/// <summary>
/// The mean squared entry of the gradient g, |g|^2 / N, as the paper's code has it; its own gradient is (2/N) H g.
/// </summary>
public sealed class GradientNorm : IFlatnessMetric
{
    /// <inheritdoc/>
    public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        return MeanSquare(point.Loss.WithGradient(point.Theta).Gradient);
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var hessian = new Hessian(point.Loss, point.Theta);
        var gradient = hessian.Gradient();
        var product = hessian.TimesVector(gradient).mul_(2.0 / hessian.Size);
        return (MeanSquare(gradient), product.MoveToOuterDisposeScope());
    }

    private static FlatnessEstimate MeanSquare(Tensor gradient) => FlatnessEstimate.Exact(gradient.square().mean());
}
