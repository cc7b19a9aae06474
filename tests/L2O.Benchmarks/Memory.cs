using System.Diagnostics;
using System.Globalization;
using L2O.Kernels;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>What an unroll and its meta-gradient hold at once beyond their inputs and the optimizer's state. Linux only.</summary>
internal static class Memory
{
    // What other threads leave between tensors, where no other fits in then, differs from process to process.
    private const int Processes = 3;

    /// <summary>
    /// Prints a line for each number of coordinates, of memory of every kind: native, managed and code. Each is measured in
    /// processes of its own, for the heap keeps what it was given back; the least and the most are printed.
    /// </summary>
    internal static void Print(IReadOnlyList<long> counts)
    {
        Console.WriteLine(
            $"T = {UnrollWork.StepCount}, two layers of 20, {Environment.ProcessorCount} threads; MiB, in {Processes} processes");
        foreach (var count in counts)
        {
            var each = Enumerable.Range(0, Processes).Select(_ => InAnotherProcess(count)).ToArray();
            var (least, most) = (each.Min(one => one.Beyond), each.Max(one => one.Beyond));
            Console.WriteLine(
                $"N = {count,9:N0}   first and current state {each[0].State,6:F1}"
                + $"   beyond them and the inputs {least:F1} to {most:F1}, an update of {4.0 * count / (1 << 20):F1} among it");
        }
    }

    /// <summary>Prints the two numbers of this process.</summary>
    internal static void PrintOnce(long count)
    {
        // Until what the compiler keeps is in place.
        for (var i = 0; i < 100; i++)
        {
            Beyond(1000);
        }

        var (state, beyond) = Beyond(count);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{state} {beyond}"));
    }

    private static (double State, double Beyond) InAnotherProcess(long count)
    {
        ProcessStartInfo start = new(Environment.ProcessPath ?? "L2O.Benchmarks", ["memory", "once", $"{count}"])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("no process was started");
        var numbers = process.StandardOutput.ReadToEnd().Split(' ');
        return (double.Parse(numbers[0], CultureInfo.InvariantCulture), double.Parse(numbers[1], CultureInfo.InvariantCulture));
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
