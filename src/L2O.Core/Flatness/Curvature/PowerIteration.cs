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
    /// <summary>
    /// What a unit vector's product with the Hessian says of it: v'Hv on its device, a scalar, and that with its residual.
    /// </summary>
    internal static (Tensor OnDevice, Pending<Estimate> Value) Judge(Tensor vector, Tensor product)
    {
        using var scope = NewDisposeScope();
        var value = vector.dot(product);
        var residual = (product - (value * vector)).norm();
        return (
            value.MoveToOuterDisposeScope(),
            Pending.All([Pending.Of(value), Pending.Of(residual)]).MoveToOuterDisposeScope()
                .Select(numbers => new Estimate(numbers[0], numbers[1])));
    }
}

/// <summary>The eigenvalue of largest magnitude, by repeated multiplication.</summary>
public static class PowerIteration
{
    /// <summary>Multiplies a vector by the Hessian until it is an eigenvector.</summary>
    /// <param name="hessian">Its products are all that is used.</param>
    /// <param name="start">[N], not zero.</param>
    /// <param name="iterations">Products at most, 1 or more.</param>
    /// <param name="tolerance">
    /// Residual relative to the eigenvalue at which to stop; 0 makes all products, and none waits for the device.
    /// </param>
    public static Eigenpair Run(Hessian hessian, Tensor start, int iterations, double tolerance)
    {
        using var work = NumericWork.Begin();
        var vector = Converge(hessian, start, iterations - 1, tolerance);
        var (value, residual) = Eigenpair.Judge(vector, hessian.TimesVector(vector)).Value.Value;
        return new(value, residual, vector.MoveToOuterDisposeScope());
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
            var isConverged = tolerance > 0
                && Eigenpair.Judge(vector, product).Value.Value is var (value, residual)
                && residual <= tolerance * Math.Abs(value);
            vector = Direction.Of(product, otherwise: vector);
            loop.FreeAllBut([vector]);
            if (isConverged)
            {
                break;
            }
        }

        return vector.MoveToOuterDisposeScope();
    }
}
