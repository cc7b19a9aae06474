using static TorchSharp.torch;

namespace L2O.Runtime;

/// <summary>
/// The first use of libtorch's matrix products and elementary functions, by one thread. The library behind them (MKL) chooses
/// its code at the first call; of two threads that make it at once one may get other code, an exponential with errors of 1e-4:
/// about one process in seventy then had other bits in its first validation, and nowhere else.
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
