using L2O.Options;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>Options of the Hessian's spectral norm.</summary>
public sealed record SpectralNormOptions : IOptions
{
    /// <summary>Products with the Hessian at most, the one that is differentiated included.</summary>
    public int Iterations { get; init; } = 10;

    /// <summary>
    /// Residual |Hv - lambda v|, relative to |lambda|, at which to stop. The error of lambda falls with its square: at
    /// 0.1 it is a few percent where minibatches change between steps.
    /// </summary>
    public double Tolerance { get; init; } = 0.1;

    /// <summary>Starts from the eigenvector of the previous step instead of a random one.</summary>
    public bool WarmStart { get; init; } = true;

    /// <summary>Keeps the sign, as the paper's code does; negative curvature then counts as flat.</summary>
    public bool Signed { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
        [.. Require.AtLeast("iterations", Iterations, 1), .. Require.NotNegative("tolerance", Tolerance)];
}

/// <summary>
/// The Hessian's spectral norm, the magnitude of its dominant eigenvalue, by power iteration. Its gradient is that of
/// v'Hv at fixed v, which is exact where v is the eigenvector. The memory is one power step on from v.
/// </summary>
public sealed class SpectralNorm(SpectralNormOptions options) : IFlatnessMetric
{
    /// <inheritdoc/>
    public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var (hessian, vector) = Converge(point, memory);
        return Describe(vector, hessian.TimesVector(vector)).Estimate;
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var (hessian, vector) = Converge(point, memory);
        var (product, gradient) = hessian.TimesVectorWithGradient(vector, _ => vector);
        var (estimate, sign) = Describe(vector, product);
        return (estimate, gradient.mul(sign).MoveToOuterDisposeScope());
    }

    private (Hessian Hessian, Tensor Vector) Converge(FlatnessPoint point, Tensor? memory)
    {
        var hessian = new Hessian(point.Loss, point.Theta);
        var start = options.WarmStart && memory is not null
            ? memory
            : Direction.Random(point.Theta, point.StepStreams);
        return (hessian, PowerIteration.Converge(hessian, start, options.Iterations - 1, options.Tolerance));
    }

    private (FlatnessEstimate Estimate, double Sign) Describe(Tensor vector, Tensor product)
    {
        var pair = Eigenpair.Of(vector, product);
        var sign = options.Signed || pair.Value >= 0 ? 1 : -1;
        var next = options.WarmStart ? Direction.Of(product, otherwise: vector).MoveToOuterDisposeScope() : null;
        return (new(sign * pair.Value, pair.Residual, next), sign);
    }
}
