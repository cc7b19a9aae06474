using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace L2O.Benchmarks;

/// <summary>How many floating-point operations a second the machine's multiply-add units can do.</summary>
internal static class FmaPeak
{
    private const int Sums = 12;
    private const int Iterations = 200_000;

    /// <summary>GFLOP/s in float32 with the widest registers there are, the best of many short tries.</summary>
    /// <param name="threads">At once.</param>
    internal static double Measure(int threads)
    {
        var lanes = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;
        var operations = 2.0 * Sums * Iterations * lanes * threads;
        return Enumerable.Range(0, 2000).Max(_ =>
        {
            var watch = Stopwatch.StartNew();
            Parallel.For(0, threads, new() { MaxDegreeOfParallelism = threads }, _ =>
                GC.KeepAlive(Vector512.IsHardwareAccelerated ? Run512() : Run256()));
            return operations / watch.Elapsed.TotalSeconds / 1e9;
        });
    }

    // Sums that start alike the compiler would make one of.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Run512()
    {
        var (x, y) = (Vector512.Create(0.999f), Vector512.Create(0.001f));
        var (a, b, c, d, e, f) = (y, y * 2, y * 3, y * 4, y * 5, y * 6);
        var (g, h, i, j, k, l) = (-a, -b, -c, -d, -e, -f);
        for (var n = 0; n < Iterations; n++)
        {
            a = Vector512.MultiplyAddEstimate(a, x, y);
            b = Vector512.MultiplyAddEstimate(b, x, y);
            c = Vector512.MultiplyAddEstimate(c, x, y);
            d = Vector512.MultiplyAddEstimate(d, x, y);
            e = Vector512.MultiplyAddEstimate(e, x, y);
            f = Vector512.MultiplyAddEstimate(f, x, y);
            g = Vector512.MultiplyAddEstimate(g, x, y);
            h = Vector512.MultiplyAddEstimate(h, x, y);
            i = Vector512.MultiplyAddEstimate(i, x, y);
            j = Vector512.MultiplyAddEstimate(j, x, y);
            k = Vector512.MultiplyAddEstimate(k, x, y);
            l = Vector512.MultiplyAddEstimate(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Run256()
    {
        var (x, y) = (Vector256.Create(0.999f), Vector256.Create(0.001f));
        var (a, b, c, d, e, f) = (y, y * 2, y * 3, y * 4, y * 5, y * 6);
        var (g, h, i, j, k, l) = (-a, -b, -c, -d, -e, -f);
        for (var n = 0; n < Iterations; n++)
        {
            a = Vector256.MultiplyAddEstimate(a, x, y);
            b = Vector256.MultiplyAddEstimate(b, x, y);
            c = Vector256.MultiplyAddEstimate(c, x, y);
            d = Vector256.MultiplyAddEstimate(d, x, y);
            e = Vector256.MultiplyAddEstimate(e, x, y);
            f = Vector256.MultiplyAddEstimate(f, x, y);
            g = Vector256.MultiplyAddEstimate(g, x, y);
            h = Vector256.MultiplyAddEstimate(h, x, y);
            i = Vector256.MultiplyAddEstimate(i, x, y);
            j = Vector256.MultiplyAddEstimate(j, x, y);
            k = Vector256.MultiplyAddEstimate(k, x, y);
            l = Vector256.MultiplyAddEstimate(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
