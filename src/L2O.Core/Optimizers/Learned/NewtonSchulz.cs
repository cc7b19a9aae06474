using static TorchSharp.torch;

namespace L2O.Optimizers.Learned;

/// <summary>
/// The orthogonal matrix that is nearest to a matrix, roughly: five iterations of a quintic polynomial take all singular values to
/// about 1 (Jordan et al. 2024, Muon).
/// </summary>
internal static class NewtonSchulz
{
    private const int Iterations = 5;
    private const double Epsilon = 1e-8;

    private static readonly (double First, double Third, double Fifth) Coefficients = (3.4445, -4.7750, 2.0315);

    /// <summary>Of the matrix's shape, differentiable.</summary>
    /// <param name="matrix">[rows, columns].</param>
    internal static Tensor Orthogonalized(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        var isTall = matrix.shape[0] > matrix.shape[1];
        var x = isTall ? matrix.t() : matrix;
        x = x / (x.norm() + Epsilon);
        for (var i = 0; i < Iterations; i++)
        {
            var square = x.mm(x.t());
            var polynomial = (square * Coefficients.Third) + (square.mm(square) * Coefficients.Fifth);
            x = (x * Coefficients.First) + polynomial.mm(x);
        }

        return (isTall ? x.t() : x).MoveToOuterDisposeScope();
    }
}
