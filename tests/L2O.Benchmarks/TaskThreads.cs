using L2O.Kernels;
using L2O.MetaTraining;

namespace L2O.Benchmarks;

/// <summary>Meta-iterations a second on one thread and on two, by tasks and by pairs of perturbed runs.</summary>
internal static class TaskThreads
{
    private const int Hidden = 20;
    private const int Steps = 20;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(8);

    private static readonly MetaOptions One = new() { Iterations = 1, Steps = Steps, Unroll = Steps };

    private static readonly (string Name, MetaOptions Options)[] Works =
    [
        ("truncated_bptt, 8 tasks", One with { Tasks = 8 }),
        ("pes, 1 task of 8 pairs", One with { Estimator = MetaGradientEstimator.Pes, Evolution = new() { Pairs = 8 } }),
        ("pes, 4 tasks of 2 pairs", One with { Tasks = 4, Estimator = MetaGradientEstimator.Pes, Evolution = new() { Pairs = 2 } }),
    ];

    /// <summary>Measures and prints. On libtorch's tape: a single worker leaves the other cores to the fused kernels.</summary>
    internal static void Print()
    {
        Console.WriteLine($"784-{Hidden}-10, batches of 128, L2O-DM on libtorch's tape, unrolls of {Steps} steps");
        foreach (var (name, options) in Works)
        {
            var timings = Interleaved.Measure(
                [
                    new("1 thread", 1, MlpTask.Unrolls(Hidden, options, Backend.Torch, threads: 1)),
                    new("2 threads", 1, MlpTask.Unrolls(Hidden, options, Backend.Torch, threads: 2)),
                ],
                Budget);
            var speedup = timings[0].Minimum / timings[1].Minimum;
            Console.WriteLine(
                $"  {name,-24} {1 / timings[0].Minimum,7:F2} meta-iterations a second on 1 thread, "
                + $"{1 / timings[1].Minimum,7:F2} on 2: {speedup:F2}x, efficiency {speedup / 2:F2}");
        }
    }
}
