using System.Diagnostics;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>What libtorch's product of large matrices reaches on this machine.</summary>
internal static class MatrixPeak
{
    private const int Size = 2048;
    private const int Tries = 12;

    /// <summary>GFLOP/s in float32, the best of a few tries.</summary>
    /// <param name="threads">libtorch's.</param>
    internal static double Measure(int threads)
    {
        using var scope = NewDisposeScope();
        set_num_threads(threads);
        var (a, b) = (rand(Size, Size), rand(Size, Size));
        return Enumerable.Range(0, Tries).Max(_ =>
        {
            var watch = Stopwatch.StartNew();
            a.mm(b).Dispose();
            return 2.0 * Size * Size * Size / watch.Elapsed.TotalSeconds / 1e9;
        });
    }
}
