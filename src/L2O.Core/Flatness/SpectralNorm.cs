using L2O.Flatness.Curvature;
using L2O.Options;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>How the dominant eigenvector is found.</summary>
public enum EigenvectorMethod
{
    /// <summary>Power iteration, which stops where it has converged.</summary>
    PowerIteration,

    /// <summary>Lanczos' method: far closer after as many products, with as many vectors in memory.</summary>
    Lanczos,
}

/// <summary>Options of the Hessian's spectral norm.</summary>
public sealed record SpectralNormOptions : IMetricOptions
{
    private const int AnalysisIterations = 80;

    /// <summary>How the eigenvector is found.</summary>
    public EigenvectorMethod Method { get; init; } = EigenvectorMethod.PowerIteration;

    /// <summary>Products with the Hessian at most, the one that is differentiated included; lanczos takes 2 or more.</summary>
    public int Iterations { get; init; } = 10;

    /// <summary>
    /// Residual |Hv - lambda v|, relative to |lambda|, at which power_iteration stops. The error of lambda falls with its
    /// square: at 0.1 it is a few percent where minibatches change between steps. At 0 all products are made, and none waits
    /// for a GPU.
    /// </summary>
    public double Tolerance { get; init; } = 0.1;

    /// <summary>Starts from the eigenvector of the previous step instead of a random one.</summary>
    public bool WarmStart { get; init; } = true;

    /// <summary>Keeps the sign, as the paper's code does; negative curvature then counts as flat.</summary>
    public bool Signed { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<IMetricOptions> ForAnalysis =>
        [this with { Method = EigenvectorMethod.Lanczos, Iterations = AnalysisIterations }];

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.AtLeast("iterations", Iterations, Method == EigenvectorMethod.Lanczos ? 2 : 1),
        .. Require.NotNegative("tolerance", Tolerance),
    ];
}

/// <summary>
/// The Hessian's spectral norm, the magnitude of its dominant eigenvalue: `hessian_ev` in configs and tables, lambda_max
/// in the paper. Its gradient is that of v'Hv at fixed v, which is exact where v is the eigenvector. The memory is one
/// power step on from v.
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
        var (product, gradient) = hessian.TimesVectorWithGradient(vector);
        var (estimate, sign) = Describe(vector, product);
        return (estimate, gradient.mul(sign).MoveToOuterDisposeScope());
    }

    private (Hessian Hessian, Tensor Vector) Converge(FlatnessPoint point, Tensor? memory)
    {
        var hessian = new Hessian(point.Loss, point.Theta);
        var start = options.WarmStart && memory is not null
            ? memory
            : Direction.Random(point.Theta, point.StepStreams);
        return (hessian, options.Method == EigenvectorMethod.Lanczos
            ? DominantRitzVector(hessian, start)
            : PowerIteration.Converge(hessian, start, options.Iterations - 1, options.Tolerance));
    }

    private Tensor DominantRitzVector(Hessian hessian, Tensor start)
    {
        using var scope = NewDisposeScope();
        var krylov = KrylovSpace.Build(hessian.TimesVector, start, options.Iterations - 1);
        var vector = stack([.. krylov.Basis], 1).mv(krylov.Dominant().Coefficients);
        return Direction.Of(vector, otherwise: start).MoveToOuterDisposeScope();
    }

    private (FlatnessEstimate Estimate, Tensor Sign) Describe(Tensor vector, Tensor product)
    {
        var (onDevice, value) = Eigenpair.Judge(vector, product);
        var next = options.WarmStart ? Direction.Of(product, otherwise: vector).MoveToOuterDisposeScope() : null;
        var number = value.MoveToOuterDisposeScope()
            .Select(pair => options.Signed ? pair : pair with { Value = Math.Abs(pair.Value) });
        return (new(number, next), options.Signed ? ones_like(onDevice) : (onDevice >= 0).to(onDevice.dtype).mul_(2).sub_(1));
    }
}
