using L2O.Runs;
using L2O.Runs.Sweeps;

namespace L2O.Reports.Sources;

/// <summary>A sweep that a page is made of.</summary>
/// <param name="Directory">Of the sweep.</param>
/// <param name="Index">Its runs, whether they have begun or not.</param>
/// <param name="Runs">Those that have.</param>
internal sealed record ReportedSweep(string Directory, SweepIndex Index, IReadOnlyList<ReportedRun> Runs)
{
    internal static ReportedSweep Read(string directory)
    {
        var index = SweepIndex.Read(directory);
        return new(
            directory,
            index,
            [
                .. index.Runs.Where(run => RunDirectory.HoldsRun(run.PathIn(directory)))
                    .Select(run => new ReportedRun(run.PathIn(directory), RunInfo.Read(run.PathIn(directory)), run)),
            ]);
    }
}
