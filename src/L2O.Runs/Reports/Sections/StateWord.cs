using L2O.Reports.Sources;
using L2O.Runs;

namespace L2O.Reports.Sections;

/// <summary>How a run stands, in a word or two.</summary>
internal static class StateWord
{
    internal static string Of(ReportedRun run) => run.Info.Status switch
    {
        RunStatus.Running => run.IsAtWork ? "at work" : "killed",
        RunStatus.Completed => "done",
        RunStatus.Interrupted => "stopped",
        RunStatus.Failed => "failed",
        RunStatus.Diverged => "diverged",
        var other => $"{other}",
    };
}
