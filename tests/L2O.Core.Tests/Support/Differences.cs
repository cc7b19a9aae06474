using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>Derivatives by central differences, to check others against; float64.</summary>
internal static class Differences
{
    /// <summary>A gradient against its function's slope along three directions that favour no coordinate.</summary>
    /// <param name="function">Of theta [N].</param>
    /// <param name="theta">Where.</param>
    /// <param name="gradient">[N], on trial.</param>
    /// <param name="tolerance">Relative to the slope, or to what is usual for a gradient of this norm.</param>
    internal static void AssertGradient(Func<Tensor, double> function, Tensor theta, Tensor gradient, double tolerance)
    {
        using var scope = NewDisposeScope();
        var usual = gradient.norm().item<double>() / Math.Sqrt(theta.shape[0]);
        foreach (var frequency in new[] { 0.7, 1.9, 3.1 })
        {
            var wave = arange(theta.shape[0], dtype: float64).mul(frequency).cos();
            var direction = wave / wave.norm();
            var expected = Slope(h => function(theta + (h * direction)));
            var slope = gradient.dot(direction).item<double>();
            Assert.Equal(expected, slope, tolerance * Math.Max(Math.Abs(expected), usual));
        }
    }

    // Of fourth order: what is left of the function's own bends is far below the rounding of its values.
    private static double Slope(Func<double, double> function)
    {
        const double h = 1e-4;
        return ((8 * (function(h) - function(-h))) - (function(2 * h) - function(-2 * h))) / (12 * h);
    }
}
