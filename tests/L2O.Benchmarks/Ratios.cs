using L2O.Optimizers.Learned;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>How much faster the fused backend is than libtorch's tape and than a plain implementation.</summary>
internal static class Ratios
{
    // Beyond this the graph of an unroll does not fit in 24 GB.
    private const long LargestGraph = 200_000;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(5);

    /// <summary>Prints a table for each number of coordinates.</summary>
    internal static void Print(IReadOnlyList<long> counts)
    {
        var threads = Environment.ProcessorCount;
        var peak = FmaPeak.Measure(threads);
        Console.WriteLine($"{threads} threads; multiply-add peak {peak:F0} GFLOP/s in float32");
        foreach (var count in counts)
        {
            using var scope = NewDisposeScope();
            using var plain = new PlainLstm([20, 20]);
            var (fused, torch) = (new DmWork(count, Backend.Fused), new DmWork(count, Backend.Torch));
            Console.WriteLine($"N = {count:N0}, T = {DmWork.StepCount}, two layers of 20");
            Report(
                "forward step",
                Interleaved.Measure(
                    [
                        new("fused", 1, fused.ForwardStep()),
                        new("torch tape", threads, torch.ForwardStep()),
                        new("plain", threads, fused.PlainForwardStep(plain)),
                    ],
                    Budget),
                DmWork.StepOperations(count),
                peak);
            if (count <= LargestGraph)
            {
                Candidate[] graphs =
                [
                    new("torch tape", threads, torch.MetaIteration()),
                    new("plain", threads, fused.PlainMetaIteration(plain)),
                ];
                Report(
                    "meta-gradient (libtorch's include the steps)",
                    Interleaved.Measure([new("fused", 1, fused.MetaGradient()), .. graphs], Budget),
                    DmWork.MetaGradientOperations(count),
                    peak);
                Report(
                    "meta-iteration",
                    Interleaved.Measure([new("fused", 1, fused.MetaIteration()), .. graphs], Budget),
                    DmWork.MetaGradientOperations(count) + (DmWork.StepCount * DmWork.StepOperations(count)),
                    peak);
            }
            else
            {
                Report(
                    "meta-iteration (libtorch's graph does not fit)",
                    Interleaved.Measure([new("fused", 1, fused.MetaIteration())], Budget),
                    DmWork.MetaGradientOperations(count) + (DmWork.StepCount * DmWork.StepOperations(count)),
                    peak);
            }

            if (count == EvaluationWork.Count)
            {
                Report(
                    "evaluation step with the gradient of an MLP 784-20-10, batch 128",
                    Interleaved.Measure(
                        [
                            new("fused", 1, new EvaluationWork(Backend.Fused).Step),
                            new("torch tape", threads, new EvaluationWork(Backend.Torch).Step),
                        ],
                        Budget),
                    DmWork.StepOperations(count),
                    peak);
            }
        }

        Console.WriteLine($"largest resident memory {Environment.WorkingSet / 1048576.0:F0} MiB");
    }

    private static void Report(string title, IReadOnlyList<Timing> timings, double operations, double peak)
    {
        Console.WriteLine($"  {title}");
        foreach (var timing in timings)
        {
            var rate = operations / timing.Minimum / 1e9;
            Console.WriteLine(
                $"    {timing.Name,-12} min {timing.Minimum * 1e3,10:F3} ms   median {timing.Median * 1e3,10:F3} ms"
                + $"   {timing.Minimum / timings[0].Minimum,6:F1}x   {rate,5:F0} GFLOP/s ({rate / peak,4:P0})"
                + $"   processor {timing.Processor * 1e3,10:F3} ms {timing.Processor / timings[0].Processor,6:F1}x"
                + $"   {timing.AllocatedBytes,9:N0} B");
        }
    }
}
