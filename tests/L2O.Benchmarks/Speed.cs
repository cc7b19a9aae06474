using L2O.Kernels;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>Optimizee steps a second of evaluation and of meta-training, all that they do included.</summary>
internal static class Speed
{
    // Beyond this the graph of an unroll does not fit in 24 GB.
    private const long LargestGraph = 200_000;

    private const int Unroll = 20;

    // Where a step takes libtorch a second.
    private const int FewSteps = 3;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(8);

    /// <summary>Prints a line for each number of parameters and backend; libtorch on as many threads as `l2o` gives it, one.</summary>
    internal static void Print(IReadOnlyList<long> counts)
    {
        Console.WriteLine($"steps a second on {Environment.ProcessorCount} cores, the best of a run; bytes a step in managed memory");
        foreach (var hidden in counts.Select(MlpTask.HiddenFor))
        {
            using var scope = NewDisposeScope();
            var count = MlpTask.CountOf(hidden);
            var row = count > LargestGraph ? FewSteps : Unroll;
            Print($"evaluation, N = {count:N0}", row, backend => new EvaluationWork(hidden, backend).Steps(row), hasTorch: true);
            Print(
                $"meta-training, N = {count:N0}",
                Unroll,
                backend => MlpTask.Unrolls(hidden, Unroll, tasks: 1, backend),
                hasTorch: count <= LargestGraph);
        }

        Console.WriteLine($"largest resident memory {PeakMemory.MiB():F0} MiB");
    }

    private static void Print(string title, int steps, Func<Backend, Action> work, bool hasTorch)
    {
        Candidate[] candidates =
        [
            new("fused", 1, work(Backend.Fused), steps),
            .. hasTorch ? [new("torch", 1, work(Backend.Torch), steps)] : Array.Empty<Candidate>(),
        ];
        var timings = Interleaved.Measure(candidates, Budget);
        foreach (var timing in timings)
        {
            Console.WriteLine(
                $"{title,-32} {timing.Name,-6} {1 / timing.Minimum,9:F1}/s"
                + $" {timing.Minimum / timings[0].Minimum,6:F1}x   {timing.AllocatedBytes,9:N0} B");
        }
    }
}
