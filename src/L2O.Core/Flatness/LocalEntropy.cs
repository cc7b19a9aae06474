using L2O.Flatness.Curvature;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>Options of the negative local entropy.</summary>
public sealed record LocalEntropyOptions : NeighbourhoodOptions;

/// <summary>
/// Negative local entropy, -log of the integral of exp(-f(x) - gamma/2 |x - theta|^2) over x: low where theta lies in a
/// wide valley (arXiv 1611.01838). Its gradient comes from a walk; what the walk's noise alone makes of the mean is taken
/// off: it averages out, but with the noise of the definition would drown the rest. The number is one without the
/// constant, from points drawn in the neighbourhood: with few of them it lies too high.
/// </summary>
public sealed class LocalEntropy(NeighbourhoodOptions options) : IFlatnessMetric
{
    private readonly LangevinChain _chain = new(options.WalkSteps, options.StepSize, options.Noise, options.Averaging);

    /// <inheritdoc/>
    public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        return new(PendingValue(point.Loss, point.Theta, GammaAt(point), options.Pairs, point.StepStreams)
            .MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var gamma = GammaAt(point);
        var mean = _chain.MeanLessNoise(
            (x, draw) => point.Fresh(draw).WithGradient(x).Gradient, point.Theta, gamma, point.StepStreams);
        var gradient = (point.Theta - mean).mul(options.ScaledByGamma ? gamma : 1);
        var number = PendingValue(point.Loss, point.Theta, gamma, options.Pairs, point.StepStreams);
        return (new(number.MoveToOuterDisposeScope()), gradient.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// The number, which leaves out the constant -(N/2) log(2 pi / gamma): -log of the mean of exp(-f(x)) over x drawn
    /// from the normal distribution of variance 1 / gamma around theta. Of use where f varies by a few units there.
    /// </summary>
    /// <param name="loss">f.</param>
    /// <param name="theta">[N].</param>
    /// <param name="gamma">How narrow the neighbourhood is.</param>
    /// <param name="pairs">Points drawn, each with the one opposite of theta, so that the slope there cancels; the error takes 2 or more.</param>
    /// <param name="streams">Decide them.</param>
    public static Estimate Value(ILoss loss, Tensor theta, double gamma, int pairs, RandomStreams streams)
    {
        using var work = NumericWork.Begin();
        return PendingValue(loss, theta, gamma, pairs, streams).Value;
    }

    private static Pending<Estimate> PendingValue(
        ILoss loss, Tensor theta, double gamma, int pairs, RandomStreams streams)
    {
        using var noGradient = no_grad();
        NormalNumbers normals = new(streams.At("neighbourhood"));
        var losses = new Pending<double>[2 * pairs];
        for (var i = 0; i < pairs; i++)
        {
            using var inner = NewDisposeScope();
            var step = normals.Next(float64, theta.shape).div_(Math.Sqrt(gamma)).to(theta.dtype, theta.device);
            losses[2 * i] = Pending.Of(loss.At(theta + step)).MoveToOuterDisposeScope();
            losses[(2 * i) + 1] = Pending.Of(loss.At(theta - step)).MoveToOuterDisposeScope();
        }

        return Pending.All(losses).Select(Of);
    }

    // Measured from the lowest loss, so that the exponentials neither overflow nor all vanish.
    private static Estimate Of(IReadOnlyList<double> losses)
    {
        var lowest = losses.Min();
        var (mean, error) = Estimate.OfMean(
            [.. losses.Chunk(2).Select(pair => (Math.Exp(lowest - pair[0]) + Math.Exp(lowest - pair[1])) / 2)]);
        return new(lowest - Math.Log(mean), error / mean);
    }

    private double GammaAt(FlatnessPoint point) => options.Gamma * Math.Pow(1 + options.GammaGrowth, point.Step);
}
