using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness;

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
            remainder = ScalarTensor.Value(norm);
            scale = Math.Max(scale, Math.Max(Math.Abs(ScalarTensor.Value(diagonal[^1])), remainder));
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

    // Once is not enough in finite precision, twice is (Giraud, Langou and Rozloznik, 2005).
    private static Tensor WithoutComponents(Tensor vector, List<Tensor> basis)
    {
        using var scope = NewDisposeScope();
        foreach (var other in basis.Concat(basis))
        {
            vector = vector - (other.dot(vector) * other);
            scope.DisposeEverythingBut(vector);
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
