using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>Derivatives by central differences, to check others against; float64.</summary>
internal static class Differences
{
    /// <summary>The gradient [N] of a function at theta [N].</summary>
    internal static double[] Gradient(Func<Tensor, double> function, Tensor theta, double h)
    {
        using var scope = NewDisposeScope();
        return
        [
            .. eye(theta.shape[0], dtype: float64).unbind(0)
                .Select(e => (function(theta + (h * e)) - function(theta - (h * e))) / (2 * h)),
        ];
    }
}
