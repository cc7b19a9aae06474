using static TorchSharp.torch;

namespace L2O.Runtime;

/// <summary>
/// The first use of libtorch's matrix products and elementary functions, by one thread. Where two threads' first gradients ran
/// at once, one was off by 1e-5 in 2 of 123 processes, and runs had other bits in their first validation; after this it was
/// in none of 175. The likely reason: what is behind libtorch chooses its code for a processor at the first call.
/// </summary>
internal static class FirstUse
{
    static FirstUse()
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            // Large enough to be no special case.
            var matrix = ones(64, 64, dtype: type);
            _ = addmm(matrix, matrix, matrix.t(), beta: 1, alpha: 1);
            _ = mm(matrix, matrix);
            foreach (var function in new Func<Tensor, Tensor>[] { exp, log, tanh, sqrt, erf, sin, cos })
            {
                _ = function(matrix);
            }
        }
    }

    /// <summary>Returns when it is over.</summary>
    internal static void Make()
    {
    }
}
