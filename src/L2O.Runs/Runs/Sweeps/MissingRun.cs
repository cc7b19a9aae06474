using L2O.Errors;

namespace L2O.Runs.Sweeps;

/// <summary>An evaluation or an analysis of a sweep whose numbers are not in its results.</summary>
/// <param name="Directory">As <see cref="SweepRun.Directory"/>.</param>
/// <param name="Reason">In words that follow it.</param>
public sealed record MissingRun(string Directory, string Reason)
{
    /// <summary>Null where the run is complete.</summary>
    /// <exception cref="CheckpointException">Its run.json is damaged.</exception>
    internal static MissingRun? Of(SweepRun run, string sweepDirectory)
    {
        var path = run.PathIn(sweepDirectory);
        return (RunDirectory.HoldsRun(path) ? ReasonOf(run, path) : Unbegun(run, sweepDirectory)) is { } reason
            ? new(run.Directory, reason)
            : null;
    }

    private static string? ReasonOf(SweepRun run, string path)
    {
        var info = RunInfo.Read(path);
        var table = SweepNumber.TableOf(run);
        return Unfinished(info) switch
        {
            _ when info.Kind != run.Kind => $"holds a run of {info.Kind}",
            null when !File.Exists(table.PathIn(path)) => $"has no {table.FileName}: another version of l2o made it",
            var unfinished => unfinished,
        };
    }

    private static string Unbegun(SweepRun run, string sweepDirectory)
    {
        const string Unbegun = "is not begun";
        if (run.Of is null)
        {
            return Unbegun;
        }

        var training = run with { Directory = run.Of };
        var path = training.PathIn(sweepDirectory);
        return RunDirectory.HoldsRun(path) && Unfinished(RunInfo.Read(path)) is { } unfinished
            ? $"{Unbegun}: {run.Of} {unfinished}"
            : Unbegun;
    }

    private static string? Unfinished(RunInfo info) => info.Status switch
    {
        RunStatus.Completed => null,
        RunStatus.Running => "is at work, or was killed",
        RunStatus.Interrupted => "was interrupted",
        RunStatus.Diverged => $"diverged: {FirstLine(info)}",
        _ => $"failed: {FirstLine(info)}",
    };

    private static string FirstLine(RunInfo info) => (info.Error ?? "no reason is noted").Split('\n')[0];
}
