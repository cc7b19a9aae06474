using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Flatness.Curvature;

/// <summary>A unit vector, the Hessian's Rayleigh quotient there, and how far the two are from an eigenpair.</summary>
/// <param name="Value">v'Hv, of either sign.</param>
/// <param name="Residual">|Hv - value v|: an eigenvalue lies within this of the value.</param>
/// <param name="Vector">v: [N].</param>
public sealed record Eigenpair(double Value, double Residual, Tensor Vector)
{
    /// <summary>Judges a unit vector by its product with the Hessian; the pair holds the vector itself.</summary>
    internal static Eigenpair Of(Tensor vector, Tensor product)
    {
        using var scope = NewDisposeScope();
        var value = ScalarTensor.Value(vector.dot(product));
        return new(value, ScalarTensor.Value((product - (value * vector)).norm()), vector);
    }
}

/// <summary>The eigenvalue of largest magnitude, by repeated multiplication.</summary>
public static class PowerIteration
{
    /// <summary>Multiplies a vector by the Hessian until it is an eigenvector.</summary>
    /// <param name="hessian">Its products are all that is used.</param>
    /// <param name="start">[N], not zero.</param>
    /// <param name="iterations">Products at most, 1 or more.</param>
    /// <param name="tolerance">Residual relative to the eigenvalue at which to stop.</param>
    public static Eigenpair Run(Hessian hessian, Tensor start, int iterations, double tolerance)
    {
        using var work = NumericWork.Begin();
        var vector = Converge(hessian, start, iterations - 1, tolerance);
        var pair = Eigenpair.Of(vector, hessian.TimesVector(vector));
        return pair with { Vector = vector.MoveToOuterDisposeScope() };
    }

    /// <summary>The unit vector [N] after some power steps at most; its own product is left to the caller.</summary>
    internal static Tensor Converge(Hessian hessian, Tensor start, int steps, double tolerance)
    {
        using TensorLoop loop = new();
        var vector = Direction.Of(start, otherwise: start);
        for (var step = 0; step < steps; step++)
        {
            NumericWork.SafePoint();
            var product = hessian.TimesVector(vector);
            var pair = Eigenpair.Of(vector, product);
            vector = Direction.Of(product, otherwise: vector);
            loop.FreeAllBut([vector]);
            if (pair.Residual <= tolerance * Math.Abs(pair.Value))
            {
                break;
            }
        }

        return vector.MoveToOuterDisposeScope();
    }
}
