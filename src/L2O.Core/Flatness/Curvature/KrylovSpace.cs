using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness.Curvature;

/// <summary>
/// An orthonormal basis of span(v, Hv, HHv, ...) in which H is tridiagonal. Built from differentiable products, every
/// number in it is a differentiable function of theta.
/// </summary>
/// <param name="Basis">m vectors: [N].</param>
/// <param name="Diagonal">m scalars.</param>
/// <param name="OffDiagonal">m - 1 scalars.</param>
/// <param name="Remainder">Norm of what H makes of the last vector outside the space; 0 where there is none.</param>
internal sealed record KrylovSpace(
    IReadOnlyList<Tensor> Basis, IReadOnlyList<Tensor> Diagonal, IReadOnlyList<Tensor> OffDiagonal, double Remainder)
{
    /// <summary>Lanczos' recursion; the tensors belong to the caller's scope, with the graph if there is one.</summary>
    internal static KrylovSpace Build(Func<Tensor, Tensor> product, Tensor start, int dimensions)
    {
        using var scope = NewDisposeScope();
        List<Tensor> basis = [], diagonal = [], offDiagonal = [];
        var next = start / start.norm();
        double remainder, scale = 0;
        while (true)
        {
            basis.Add(next);
            var image = product(next);
            diagonal.Add(next.dot(image));
            var rest = WithoutComponents(image, basis);
            var norm = rest.norm();
            var read = ScalarTensor.Values([norm, diagonal[^1]]);
            remainder = read[0];
            scale = Math.Max(scale, Math.Max(Math.Abs(read[1]), remainder));
            if (basis.Count == dimensions || !(remainder > Negligible(start) * scale))
            {
                break;
            }

            offDiagonal.Add(norm);
            next = rest / norm;
        }

        Own(basis);
        Own(diagonal);
        Own(offDiagonal);
        return new(basis, diagonal, offDiagonal, remainder);
    }

    /// <summary>Eigenvalues, ascending, and eigenvectors in columns of the tridiagonal matrix, in float64 on the CPU.</summary>
    internal (double[] Values, Tensor Vectors) Diagonalised()
    {
        using var scope = NewDisposeScope();
        var numbers = ScalarTensor.Values([.. Diagonal, .. OffDiagonal]);
        var matrix = diag(tensor(numbers[..Diagonal.Count]));
        if (OffDiagonal.Count > 0)
        {
            var b = tensor(numbers[Diagonal.Count..]);
            matrix = matrix + diag(b, 1) + diag(b, -1);
        }

        // The native solver fails on what is not finite; a loss that diverged is the caller's to report.
        var isFinite = numbers.All(double.IsFinite);
        var (values, vectors) = linalg.eigh(isFinite ? matrix : zeros_like(matrix));
        var mask = isFinite ? 1 : double.NaN;
        return (values.mul(mask).data<double>().ToArray(), vectors.mul(mask).contiguous().MoveToOuterDisposeScope());
    }

    /// <summary>The eigenpair of largest magnitude.</summary>
    /// <returns>Its Ritz value, that one's residual, and its vector in terms of the basis: [m].</returns>
    internal (double Value, double Residual, Tensor Coefficients) Dominant()
    {
        using var scope = NewDisposeScope();
        var (values, vectors) = Diagonalised();
        var index = -values[0] > values[^1] ? 0 : values.Length - 1;
        var coefficients = vectors.select(1, index);
        return (
            values[index],
            Math.Abs(Remainder * ScalarTensor.Value(coefficients[^1])),
            coefficients.to(Basis[0].dtype, Basis[0].device).clone().MoveToOuterDisposeScope());
    }

    // Once is not enough in finite precision, twice is (Giraud, Langou and Rozloznik, 2005).
    private static Tensor WithoutComponents(Tensor vector, List<Tensor> basis)
    {
        using TensorLoop loop = new();
        foreach (var other in basis.Concat(basis))
        {
            NumericWork.SafePoint();
            vector = vector - (other.dot(vector) * other);
            loop.FreeAllBut([vector]);
        }

        return vector.MoveToOuterDisposeScope();
    }

    // Below this a remainder is rounding, and its direction noise.
    private static double Negligible(Tensor like) => like.dtype == ScalarType.Float64 ? 1e-13 : 1e-5;

    private static void Own(List<Tensor> tensors)
    {
        foreach (var tensor in tensors)
        {
            tensor.MoveToOuterDisposeScope();
        }
    }
}
