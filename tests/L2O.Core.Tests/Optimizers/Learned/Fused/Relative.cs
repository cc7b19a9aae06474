using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned.Fused;

/// <summary>Errors in the 2-norm, relative to what is expected.</summary>
internal static class Relative
{
    internal static void AssertNear(Tensor expected, Tensor actual, double tolerance, string name = "")
    {
        var error = (actual.to(float64) - expected).norm().item<double>();
        var size = expected.norm().item<double>();
        Assert.True(error <= tolerance * size, $"{name} relative error {error / size:E2}, allowed {tolerance:E2}");
    }
}
