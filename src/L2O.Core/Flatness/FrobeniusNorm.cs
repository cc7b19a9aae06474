using L2O.Flatness.Curvature;
using L2O.Options;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>Options of the Hessian's Frobenius norm.</summary>
public sealed record FrobeniusNormOptions : IMetricOptions
{
    private const int AnalysisProbes = 100;

    /// <summary>Products with the Hessian; the squared norm is their mean, and its relative error falls with the root.</summary>
    public int Probes { get; init; } = 1;

    /// <inheritdoc/>
    public IReadOnlyList<IMetricOptions> ForAnalysis => [this with { Probes = AnalysisProbes }];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => Require.AtLeast("probes", Probes, 1);
}

/// <summary>
/// The Hessian's Frobenius norm, the root of the sum of its squared eigenvalues: the root of the mean of |Hv|^2 over
/// random sign vectors v. Unlike the trace it does not let negative curvature cancel positive.
/// </summary>
public sealed class FrobeniusNorm(FrobeniusNormOptions options) : IFlatnessMetric
{
    // At a point without curvature the norm is 0 and has no slope.
    private const double SmallestNorm = 1e-30;

    /// <summary>The norm, with the standard error of the mean square carried through the root.</summary>
    /// <param name="hessian">Its products are all that is used.</param>
    /// <param name="probes">Vectors drawn.</param>
    /// <param name="streams">Decide them.</param>
    public static Estimate Of(Hessian hessian, int probes, RandomStreams streams) =>
        Root(HutchinsonTrace.OfSquare(hessian, probes, streams));

    /// <inheritdoc/>
    public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var norm = Of(new Hessian(point.Loss, point.Theta), options.Probes, point.StepStreams);
        return new(norm.Value, norm.Error);
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var hessian = new Hessian(point.Loss, point.Theta, isGraphNeeded: true);
        var sum = zeros_like(point.Theta);
        List<Pending<double>> squares = [];
        var total = zeros_like(point.Theta.sum());
        for (var i = 0; i < options.Probes; i++)
        {
            using var inner = NewDisposeScope();
            var v = Direction.RandomSigns(point.Theta, point.StepStreams.At("probe", i));
            var (product, halfGradient) = hessian.TimesVectorWithGradient(v, image => image);
            var square = product.square().sum();
            squares.Add(Pending.Of(square).MoveToOuterDisposeScope());
            total.add_(square);
            sum.add_(halfGradient);
        }

        // With s the mean square, d sqrt(s) = ds / (2 sqrt(s)), and ds is twice the mean of what was summed.
        var slope = (total / options.Probes).sqrt().clamp_min(SmallestNorm).mul_(options.Probes).reciprocal();
        var number = Pending.All(squares).MoveToOuterDisposeScope();
        return (
            new(number.Select(numbers => Root(Estimate.OfMean([.. numbers])))), sum.mul(slope).MoveToOuterDisposeScope());
    }

    private static Estimate Root(Estimate square)
    {
        var norm = Math.Sqrt(square.Value);
        return new(norm, norm > 0 ? square.Error / (2 * norm) : square.Error);
    }
}
