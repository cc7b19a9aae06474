namespace L2O.Benchmarks;

/// <summary>Prints what candidates took.</summary>
/// <param name="fmaPeak">GFLOP/s of the multiply-add units.</param>
/// <param name="matrixPeak">GFLOP/s of libtorch's matrix product.</param>
internal sealed class Report(double fmaPeak, double matrixPeak)
{
    /// <summary>Measures the peaks, and prints them.</summary>
    internal static Report Begin(int threads)
    {
        var (fma, matrix) = (FmaPeak.Measure(threads), MatrixPeak.Measure(threads));
        Console.WriteLine(
            $"{threads} threads; float32 peaks: multiply-add {fma:F0} GFLOP/s, libtorch's product of 2048 x 2048 {matrix:F0}");
        return new(fma, matrix);
    }

    /// <summary>A table; ratios are to the first candidate.</summary>
    /// <param name="title">What was done.</param>
    /// <param name="timings">Of one time each.</param>
    internal void Print(string title, IReadOnlyList<Timing> timings)
    {
        Console.WriteLine($"  {title}");
        foreach (var timing in timings)
        {
            var rate = timing.Operations / timing.Minimum / 1e9;
            Console.WriteLine(
                $"    {timing.Name,-10} min {timing.Minimum * 1e3,9:F3} ms {timing.Minimum / timings[0].Minimum,5:F1}x"
                + $"   median {timing.Median * 1e3,9:F3} ms {timing.Median / timings[0].Median,5:F1}x"
                + $"   processor {timing.Processor * 1e3,9:F3} ms {timing.Processor / timings[0].Processor,5:F1}x"
                + $"   {rate,4:F0} GFLOP/s: {rate / fmaPeak,4:P0} of multiply-add, {rate / matrixPeak,4:P0} of product"
                + $"   {timing.AllocatedBytes,9:N0} B");
        }
    }
}
