using System.Diagnostics;
using L2O.Optimizers.Learned;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>What an unroll and its meta-gradient hold at once beyond their inputs and the optimizer's state. Linux only.</summary>
internal static class Memory
{
    /// <summary>
    /// Prints a line for each number of coordinates, of memory of every kind: native, managed and code. Each in a process of
    /// its own, for the heap keeps what it was given back.
    /// </summary>
    internal static void Print(IReadOnlyList<long> counts)
    {
        if (counts is [var count])
        {
            Print(count);
            return;
        }

        Console.WriteLine($"T = {UnrollWork.StepCount}, two layers of 20, {Environment.ProcessorCount} threads; MiB");
        foreach (var each in counts)
        {
            using var process = Process.Start(Environment.ProcessPath ?? "L2O.Benchmarks", ["memory", $"{each}"]);
            process.WaitForExit();
        }
    }

    private static void Print(long count)
    {
        // Until what the compiler keeps is in place: between tensors it would leave gaps that no other fits in.
        for (var i = 0; i < 100; i++)
        {
            Beyond(1000);
        }

        var (state, beyond) = Beyond(count);
        Console.WriteLine($"N = {count,9:N0}   first and current state {state,6:F1}   beyond them and the inputs {beyond,6:F1}");
    }

    private static (double State, double Beyond) Beyond(long count)
    {
        using var scope = NewDisposeScope();
        UnrollWork work = new(count, Backend.Fused);
        var unroll = work.MetaIteration();
        GC.Collect();
        var before = ResidentFromHere();
        unroll();
        var peak = PeakMemory.MiB();
        var state = 2.0 * work.StateBytes() / (1 << 20);
        return (state, peak - before - state);
    }

    /// <summary>What is held now, in MiB, with the peak set back to it; see proc(5).</summary>
    private static double ResidentFromHere()
    {
        File.WriteAllText("/proc/self/clear_refs", "5");
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / 1048576.0;
    }
}
