using L2O.Flatness.Curvature;
using L2O.Options;
using L2O.Runtime;
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
public sealed record SpectralScalarOptions : IMetricOptions
{
    private const int AnalysisRuns = 10;

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

    /// <summary>Uses the same random starts at every step of an episode instead of new ones.</summary>
    public bool Frozen { get; init; }

    /// <summary>More starts, and no more products from each: the scalar is what so many make of it.</summary>
    public IReadOnlyList<IMetricOptions> ForAnalysis => [this with { Runs = AnalysisRuns }];

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
        using var work = NumericWork.Begin();
        var hessian = new Hessian(point.Loss, point.Theta);
        var runs = new Pending<Estimate>[options.Runs];
        for (var run = 0; run < options.Runs; run++)
        {
            using var inner = NewDisposeScope();
            runs[run] = Run(hessian, Start(point, run)).MoveToOuterDisposeScope();
        }

        return Describe(runs);
    }

    /// <inheritdoc/>
    public (FlatnessEstimate Estimate, Tensor Gradient) MeasureWithGradient(FlatnessPoint point, Tensor? memory)
    {
        using var work = NumericWork.Begin();
        var isGraphNeeded = options.Scalar == EsdScalar.EsdSquare || (options.Scalar != EsdScalar.EsdTrace && options.Differentiated);
        var hessian = new Hessian(point.Loss, point.Theta, isGraphNeeded);
        var sum = zeros_like(point.Theta);
        var runs = new Pending<Estimate>[options.Runs];
        for (var run = 0; run < options.Runs; run++)
        {
            using var inner = NewDisposeScope();
            var (estimate, gradient) = RunWithGradient(hessian, Start(point, run));
            runs[run] = estimate.MoveToOuterDisposeScope();
            sum.add_(gradient, alpha: 1.0 / options.Runs);
        }

        return (Describe(runs), sum.MoveToOuterDisposeScope());
    }

    private Tensor Start(FlatnessPoint point, int run) =>
        Direction.RandomSigns(point.Theta, (options.Frozen ? point.Streams : point.StepStreams).At("probe", run));

    // An eigenvalue's error is its residual, of one run or many; the others' shows in how runs differ.
    private FlatnessEstimate Describe(Pending<Estimate>[] runs) => new(Pending.All(runs).MoveToOuterDisposeScope().Select(all =>
    {
        var (mean, error) = Estimate.OfMean([.. all.Select(run => run.Value)]);
        return new Estimate(mean, options.Scalar == EsdScalar.EsdMax ? all.Average(run => run.Error) : error);
    }));

    // The first two moments of the weighted Ritz values are v'Hv and |Hv|^2 for the unit start v, however many there
    // are; with signs for a start, whose squared length is N, the factor N is in them already.
    private Pending<Estimate> Run(Hessian hessian, Tensor signs) => options.Scalar switch
    {
        EsdScalar.EsdTrace => Sample(signs.dot(hessian.TimesVector(signs))),
        EsdScalar.EsdSquare => Sample(hessian.TimesVector(signs).square().sum()),
        _ => EstimateFrom(KrylovSpace.Build(hessian.TimesVector, signs, options.Iterations)),
    };

    private (Pending<Estimate> Estimate, Tensor Gradient) RunWithGradient(Hessian hessian, Tensor signs)
    {
        switch (options.Scalar)
        {
            case EsdScalar.EsdTrace:
                var (image, ofForm) = hessian.TimesVectorWithGradient(signs);
                return (Sample(signs.dot(image)), ofForm);
            case EsdScalar.EsdSquare:
                var (product, ofSquare) = hessian.TimesVectorWithGradient(signs, image => 2 * image);
                return (Sample(product.square().sum()), ofSquare);
            default:
                return options.Differentiated ? ThroughRecursion(hessian, signs) : WithVectorsFixed(hessian, signs);
        }
    }

    private (Pending<Estimate> Estimate, Tensor Gradient) ThroughRecursion(Hessian hessian, Tensor signs)
    {
        var krylov = KrylovSpace.Build(hessian.DifferentiableTimesVector, signs, options.Iterations);
        var value = OfTheta(krylov);
        return (EstimateFrom(krylov),
            Gradients.TimesCotangents([value], hessian.Theta, [ones_like(value)], repeatable: true));
    }

    private (Pending<Estimate> Estimate, Tensor Gradient) WithVectorsFixed(Hessian hessian, Tensor signs)
    {
        var krylov = KrylovSpace.Build(hessian.TimesVector, signs, options.Iterations);
        if (options.Scalar == EsdScalar.EsdSum)
        {
            return (EstimateFrom(krylov), SumOfFormGradients(hessian, krylov.Basis));
        }

        var (value, _, coefficients) = krylov.Dominant();
        var gradient = SumOfFormGradients(hessian, [stack([.. krylov.Basis], 1).mv(coefficients)]);
        return (EstimateFrom(krylov), value < 0 ? -gradient : gradient);
    }

    private static Tensor SumOfFormGradients(Hessian hessian, IReadOnlyList<Tensor> vectors)
    {
        var sum = zeros_like(vectors[0]);
        foreach (var vector in vectors)
        {
            using var scope = NewDisposeScope();
            sum.add_(hessian.TimesVectorWithGradient(vector).FormGradient);
        }

        return sum;
    }

    private Pending<Estimate> EstimateFrom(KrylovSpace krylov)
    {
        if (options.Scalar == EsdScalar.EsdSum)
        {
            return Pending.All([.. krylov.Diagonal.Select(Pending.Of)]).Select(numbers => Sample(numbers.Sum()));
        }

        var (value, residual, _) = krylov.Dominant();
        return Pending.Known(new Estimate(Math.Abs(value), residual));
    }

    // The dominant Ritz value is s'Ts for the tridiagonal T and its eigenvector s, which may be held fixed: how it
    // turns does not show in the eigenvalue's derivative.
    private Tensor OfTheta(KrylovSpace krylov)
    {
        var diagonal = stack([.. krylov.Diagonal]);
        if (options.Scalar == EsdScalar.EsdSum)
        {
            return diagonal.sum();
        }

        var (value, _, s) = krylov.Dominant();
        var form = diagonal.dot(s.square());
        if (krylov.OffDiagonal.Count > 0)
        {
            form = form + (2 * stack([.. krylov.OffDiagonal]).dot(s[..^1] * s[1..]));
        }

        return value < 0 ? -form : form;
    }

    private static Pending<Estimate> Sample(Tensor value) => Pending.Of(value).Select(Sample);

    private static Estimate Sample(double value) => new(value, double.NaN);
}
