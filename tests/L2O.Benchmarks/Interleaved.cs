using System.Diagnostics;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>One way to do the work that is compared.</summary>
/// <param name="Name">For the table.</param>
/// <param name="TorchThreads">libtorch's threads while it runs.</param>
/// <param name="Run">Does the work.</param>
/// <param name="Count">How often a run does it, one time right after the other: times and bytes are of one.</param>
/// <param name="Operations">Floating-point operations in the matrix products of one; for <see cref="Report"/>.</param>
internal sealed record Candidate(string Name, int TorchThreads, Action Run, int Count = 1, double Operations = 0);

/// <summary>What one candidate took.</summary>
/// <param name="Name">The candidate's.</param>
/// <param name="Minimum">Seconds.</param>
/// <param name="Median">Seconds.</param>
/// <param name="Processor">The fewest seconds of processor time, on all threads.</param>
/// <param name="AllocatedBytes">Managed bytes on all threads, the fewest of a run.</param>
/// <param name="Operations">The candidate's.</param>
internal sealed record Timing(
    string Name, double Minimum, double Median, double Processor, long AllocatedBytes, double Operations);

/// <summary>Times candidates in turn, so that what slows the machine down slows all of them.</summary>
internal static class Interleaved
{
    // After an operation on two threads libtorch's second one spins for milliseconds, and would slow what comes next.
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(20);

    internal static IReadOnlyList<Timing> Measure(IReadOnlyList<Candidate> candidates, TimeSpan budget)
    {
        const int fewestRounds = 3;
        var times = candidates.Select(_ => new List<double>()).ToArray();
        var processor = candidates.Select(_ => double.PositiveInfinity).ToArray();
        var allocated = candidates.Select(_ => long.MaxValue).ToArray();
        foreach (var candidate in candidates)
        {
            candidate.Run();
        }

        var total = Stopwatch.StartNew();
        for (var round = 0; round < fewestRounds || total.Elapsed < budget; round++)
        {
            for (var i = 0; i < candidates.Count; i++)
            {
                set_num_threads(candidates[i].TorchThreads);
                Thread.Sleep(Settling);
                var before = GC.GetTotalAllocatedBytes(precise: true);
                var used = Environment.CpuUsage.TotalTime;
                var watch = Stopwatch.StartNew();
                candidates[i].Run();
                times[i].Add(watch.Elapsed.TotalSeconds / candidates[i].Count);
                processor[i] = Math.Min(
                    processor[i], (Environment.CpuUsage.TotalTime - used).TotalSeconds / candidates[i].Count);
                allocated[i] = Math.Min(
                    allocated[i], (GC.GetTotalAllocatedBytes(precise: true) - before) / candidates[i].Count);
            }
        }

        return
        [
            .. candidates.Select((candidate, i) => new Timing(
                candidate.Name,
                times[i].Min(),
                times[i].Order().ElementAt(times[i].Count / 2),
                processor[i],
                allocated[i],
                candidate.Operations)),
        ];
    }
}
