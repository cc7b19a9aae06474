using System.Diagnostics;

namespace L2O.Benchmarks;

/// <summary>The most memory that the process has held so far.</summary>
internal static class PeakMemory
{
    internal static double MiB()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64 / 1048576.0;
    }
}
