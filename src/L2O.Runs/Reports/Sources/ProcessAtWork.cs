using System.Diagnostics;
using L2O.Runs;

namespace L2O.Reports.Sources;

/// <summary>Whether the process that works on a run is still there: one that was killed could not say that it ended.</summary>
internal static class ProcessAtWork
{
    /// <summary>Of one on another machine nobody here knows, and it is taken for at work.</summary>
    internal static bool Is(RunInfo info) =>
        info.Status == RunStatus.Running && (info.Host != Environment.MachineName || IsThere(info.ProcessId));

    private static bool IsThere(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
