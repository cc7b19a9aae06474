using L2O.Options;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness;

/// <summary>What is made of the Ritz values r, with weights tau, that one run of Lanczos' method gives.</summary>
public enum EsdScalar
{
    /// <summary>The sum of r, as the paper's code has it: the trace of H compressed to a Krylov space.</summary>
    EsdSum,

    /// <summary>N times the sum of tau r: a one-probe estimate of the trace.</summary>
    EsdTrace,

    /// <summary>N times the sum of tau r^2: an estimate of the squared Frobenius norm.</summary>
    EsdSquare,

    /// <summary>The largest |r|: the spectral norm.</summary>
    EsdMax,
}

/// <summary>Options of the scalars of the Hessian's spectral density.</summary>
public sealed record SpectralScalarOptions : IOptions
{
    /// <summary>Which scalar.</summary>
    public EsdScalar Scalar { get; init; } = EsdScalar.EsdSum;

    /// <summary>Products in each run of Lanczos' method; esd_trace and esd_square need only one.</summary>
    public int Iterations { get; init; } = 10;

    /// <summary>Random starts to average over.</summary>
    public int Runs { get; init; } = 1;

    /// <summary>
    /// Differentiates through Lanczos' recursion, at a multiple of the cost, instead of holding its vectors fixed. For
    /// esd_trace and esd_square both are the same and exact.
    /// </summary>
    public bool Differentiated { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
        [.. Require.AtLeast("iterations", Iterations, 1), .. Require.AtLeast("runs", Runs, 1)];
}

/// <summary>A scalar of the Hessian's spectral density, averaged over runs from random sign vectors.</summary>
public sealed class SpectralScalar(SpectralScalarOptions options) : IFlatnessMetric
{
    /// <inheritdoc/>
    public FlatnessEstimate Measure(FlatnessPoint point, Tensor? memory)
    {
        using var scope = NewDisposeScope();
        var hessian = new Hessian(point.Loss, point.Theta);
        var values = new double[options.Runs];
        for (var run = 0; run < options.Runs; run++)
        {
            using var inner = NewDisposeScope();
            values[run] = Value(hessian, Start(point, run));
        }

        return Describe(values);
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using var scope = NewDisposeScope();
        var hessian = new Hessian(point.Loss, point.Theta);
        var sum = zeros_like(hessian.Gradient);
        var values = new double[options.Runs];
        for (var run = 0; run < options.Runs; run++)
        {
            using var inner = NewDisposeScope();
            (values[run], var gradient) = ValueWithGradient(hessian, Start(point, run));
            sum.add_(gradient, alpha: 1.0 / options.Runs);
        }

        return (Describe(values), sum.MoveToOuterDisposeScope());
    }

    private static Tensor Start(FlatnessPoint point, int run) =>
        Direction.RandomSigns(point.Theta, point.StepStreams.At("probe", run));

    private static FlatnessEstimate Describe(double[] values)
    {
        var mean = Estimate.OfMean(values);
        return new(mean.Value, mean.Error);
    }

    // The first two moments of the weighted Ritz values are v'Hv and |Hv|^2 for the unit start v, however many there
    // are; with signs for a start, whose squared length is N, the factor N is in them already.
    private double Value(Hessian hessian, Tensor signs) => options.Scalar switch
    {
        EsdScalar.EsdTrace => hessian.QuadraticForm(signs),
        EsdScalar.EsdSquare => ScalarTensor.Value(hessian.TimesVector(signs).square().sum()),
        _ => ScalarTensor.Value(OfKrylovSpace(KrylovSpace.Build(hessian.TimesVector, signs, options.Iterations))),
    };

    private (double Value, Tensor Gradient) ValueWithGradient(Hessian hessian, Tensor signs)
    {
        switch (options.Scalar)
        {
            case EsdScalar.EsdTrace:
                var (image, ofForm) = hessian.TimesVectorWithGradient(signs, _ => signs);
                return (ScalarTensor.Value(signs.dot(image)), ofForm);
            case EsdScalar.EsdSquare:
                var (product, ofSquare) = hessian.TimesVectorWithGradient(signs, image => 2 * image);
                return (ScalarTensor.Value(product.square().sum()), ofSquare);
            default:
                return options.Differentiated ? ThroughRecursion(hessian, signs) : WithVectorsFixed(hessian, signs);
        }
    }

    private (double Value, Tensor Gradient) ThroughRecursion(Hessian hessian, Tensor signs)
    {
        var value = OfKrylovSpace(KrylovSpace.Build(hessian.DifferentiableTimesVector, signs, options.Iterations));
        var gradient = Gradients.TimesCotangents([value], hessian.Theta, [ones_like(value)], repeatable: true);
        return (ScalarTensor.Value(value), gradient);
    }

    private (double Value, Tensor Gradient) WithVectorsFixed(Hessian hessian, Tensor signs)
    {
        var krylov = KrylovSpace.Build(hessian.TimesVector, signs, options.Iterations);
        var (dominant, coefficients) = Dominant(krylov);
        var isMax = options.Scalar == EsdScalar.EsdMax;
        var gradient = zeros_like(hessian.Gradient);
        foreach (var vector in isMax ? [stack([.. krylov.Basis], 1).mv(coefficients)] : krylov.Basis)
        {
            using var inner = NewDisposeScope();
            gradient.add_(hessian.TimesVectorWithGradient(vector, _ => vector).FormGradient);
        }

        return (ScalarTensor.Value(OfKrylovSpace(krylov)), isMax && dominant < 0 ? -gradient : gradient);
    }

    // The dominant Ritz value is s'Ts for the tridiagonal T and its eigenvector s, which may be held fixed: how it
    // turns does not show in the eigenvalue's derivative.
    private Tensor OfKrylovSpace(KrylovSpace krylov)
    {
        var diagonal = stack([.. krylov.Diagonal]);
        if (options.Scalar == EsdScalar.EsdSum)
        {
            return diagonal.sum();
        }

        var (dominant, s) = Dominant(krylov);
        var form = diagonal.dot(s.square());
        if (krylov.OffDiagonal.Count > 0)
        {
            form = form + (2 * stack([.. krylov.OffDiagonal]).dot(s[..^1] * s[1..]));
        }

        return dominant < 0 ? -form : form;
    }

    private static (double Value, Tensor Coefficients) Dominant(KrylovSpace krylov)
    {
        var (values, vectors) = Lanczos.Diagonalise(krylov.Diagonal, krylov.OffDiagonal);
        var index = -values[0] > values[^1] ? 0 : values.Length - 1;
        return (values[index], vectors.select(1, index).to(krylov.Basis[0].dtype, krylov.Basis[0].device));
    }
}
