using L2O.Randomness;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Flatness.Curvature;

/// <summary>What Lanczos' method finds: the Hessian compressed to a Krylov space, diagonalised.</summary>
/// <param name="RitzValues">Ascending; approximate eigenvalues, the outermost first.</param>
/// <param name="Weights">Squared components of the start along each Ritz vector; they sum to 1.</param>
/// <param name="Residuals">|Hy - ry| of each Ritz pair: an eigenvalue lies within this of r.</param>
/// <param name="Basis">Orthonormal vectors of the Krylov space: m of [N].</param>
/// <param name="Coefficients">Column i holds Ritz vector i in terms of the basis: [m, m], float64 on the CPU.</param>
public sealed record LanczosResult(
    double[] RitzValues, double[] Weights, double[] Residuals, IReadOnlyList<Tensor> Basis, Tensor Coefficients)
{
    /// <summary>The unit vector that belongs to a Ritz value: [N].</summary>
    public Tensor RitzVector(int index)
    {
        using var work = NumericWork.Begin();
        var coefficients = Coefficients.select(1, index).to(Basis[0].dtype, Basis[0].device);
        return stack([.. Basis], 1).mv(coefficients).MoveToOuterDisposeScope();
    }
}

/// <summary>Lanczos' method with full re-orthogonalisation (Golub and Van Loan, 2013, chapter 10).</summary>
public static class Lanczos
{
    /// <summary>Builds the Krylov space of a start vector; its tensors belong to the caller's scope.</summary>
    /// <param name="hessian">Its products are all that is used.</param>
    /// <param name="start">[N], not zero.</param>
    /// <param name="iterations">Dimensions at most; fewer where the space is invariant before that.</param>
    public static LanczosResult Run(Hessian hessian, Tensor start, int iterations)
    {
        using var work = NumericWork.Begin();
        var krylov = KrylovSpace.Build(hessian.TimesVector, start, iterations);
        var (values, coefficients) = krylov.Diagonalised();
        var m = values.Length;
        var vectors = coefficients.data<double>().ToArray();
        return new(
            values,
            [.. Enumerable.Range(0, m).Select(i => vectors[i] * vectors[i])],
            [.. Enumerable.Range(0, m).Select(i => Math.Abs(krylov.Remainder * vectors[((m - 1) * m) + i]))],
            [.. krylov.Basis.Select(vector => vector.MoveToOuterDisposeScope())],
            coefficients.MoveToOuterDisposeScope());
    }

    /// <summary>The eigenpairs of largest magnitude, largest first; fewer where the Krylov space is smaller.</summary>
    /// <param name="hessian">Its products are all that is used.</param>
    /// <param name="count">How many.</param>
    /// <param name="iterations">Dimensions of the Krylov space, several times the count.</param>
    /// <param name="streams">Decide the start. The vectors belong to the caller's scope.</param>
    public static IReadOnlyList<Eigenpair> TopEigenpairs(
        Hessian hessian, int count, int iterations, RandomStreams streams)
    {
        using var work = NumericWork.Begin();
        var result = Run(hessian, Direction.Random(hessian.Theta, streams), iterations);
        return
        [
            .. Enumerable.Range(0, result.RitzValues.Length)
                .OrderByDescending(i => Math.Abs(result.RitzValues[i])).Take(count)
                .Select(i => new Eigenpair(
                    result.RitzValues[i], result.Residuals[i], result.RitzVector(i).MoveToOuterDisposeScope())),
        ];
    }
}
