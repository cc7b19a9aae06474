namespace L2O.Experiments.Sweeps;

/// <summary>What can be done next in a sweep.</summary>
public static class ReadyRuns
{
    /// <summary>
    /// Runs that can be begun or go on: neither done nor at work, and trained is what they judge. One that diverged would
    /// diverge again.
    /// </summary>
    public static IReadOnlyList<FoundRun> Of(IReadOnlyList<FoundRun> runs)
    {
        var done = runs.Where(run => run.State == RunState.Done).Select(run => run.Planned.Run.Directory).ToHashSet();
        return
        [
            .. runs.Where(run => run.State is RunState.New or RunState.Stopped or RunState.Failed
                && (run.Planned.Run.Of is not { } training || done.Contains(training))),
        ];
    }
}
