using L2O.Flatness.Curvature;
using L2O.Options;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>Options of first-order flatness: a radius times the largest gradient norm within it.</summary>
public sealed record FirstOrderFlatnessOptions : IMetricOptions
{
    private const int AnalysisSteps = 20;

    /// <summary>The radius.</summary>
    public double Rho { get; init; } = 0.05;

    /// <summary>
    /// Steps of the ascent, a gradient and a product with the Hessian each. GAM takes one, which finds nearly all there is
    /// while minibatches keep the gradient large, but where descent has converged may find a tenth of what twenty find.
    /// </summary>
    public int AscentSteps { get; init; } = 1;

    /// <inheritdoc/>
    public IReadOnlyList<IMetricOptions> ForAnalysis => [this with { AscentSteps = AnalysisSteps }];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
        [.. Require.Positive("rho", Rho), .. Require.AtLeast("ascent_steps", AscentSteps, 1)];
}

/// <summary>
/// First-order flatness, rho max |g(x)| over |x - theta| &lt;= rho, which GAM lowers (Zhang et al. 2023, "Gradient norm aware
/// minimization seeks first-order flatness and improves generalization", arXiv 2303.03108, algorithm 1). At a minimum it is
/// rho^2 times the Hessian's spectral norm, to first order. Each step of the ascent goes from theta as far as it may, to
/// theta + rho s / |s|, along the slope s = H g / |g| of |g| where the last one ended. The gradient is rho s where |g| is
/// largest, with the way there held fixed: that of the maximum, once the ascent has found it.
/// </summary>
/// <remarks>
/// The paper takes the end of its one step for the maximum. Here it is the largest norm met, theta's own included, so that
/// the number never is above the maximum, and more steps never lower it. Where g is 0 the slope counts as 0, and where the
/// slope is 0 the ascent sets out in a random direction.
/// </remarks>
public sealed class FirstOrderFlatness(FirstOrderFlatnessOptions options) : IFlatnessMetric
{
    /// <inheritdoc/>
    public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var (estimate, _) = MeasureWithGradient(point, memory);
        return new(estimate.Number.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using TensorLoop loop = new();
        var (norm, slope) = NormWithSlope(point.Loss, point.Theta);
        var (largest, slopeThere) = (norm, slope);
        for (var step = 0; step < options.AscentSteps; step++)
        {
            var otherwise = Direction.Random(point.Theta, point.StepStreams.At("ascent", step));
            var up = Direction.Of(slope, otherwise);
            (norm, slope) = NormWithSlope(point.Loss, point.Theta + (options.Rho * up));

            // What is not a number stays so.
            var isLargest = (norm > largest).logical_or(norm.isnan());
            (largest, slopeThere) = (where(isLargest, norm, largest), where(isLargest, slope, slopeThere));
            loop.FreeAllBut([slope, largest, slopeThere]);
        }

        return (FlatnessEstimate.Exact(largest * options.Rho), slopeThere.mul(options.Rho).MoveToOuterDisposeScope());
    }

    private static (Tensor Norm, Tensor Slope) NormWithSlope(ILoss loss, Tensor theta)
    {
        using var work = NumericWork.Begin();
        var hessian = new Hessian(loss, theta);
        var gradient = hessian.Gradient();
        var slope = hessian.TimesVector(Direction.Of(gradient, otherwise: gradient));
        return (gradient.norm().MoveToOuterDisposeScope(), slope.MoveToOuterDisposeScope());
    }
}
