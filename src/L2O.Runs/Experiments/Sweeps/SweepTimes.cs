namespace L2O.Experiments.Sweeps;

/// <summary>How long the runs of a sweep take, guessed from those of the same command and config that have come far enough.</summary>
public sealed class SweepTimes
{
    // A guess from the first steps may be any number.
    private const double FarEnough = 0.05;

    private readonly DateTimeOffset _now;
    private readonly Dictionary<(string Kind, string Config), double> _wholeRuns;

    /// <param name="runs">All of a sweep's.</param>
    /// <param name="now">Until when those at work have worked.</param>
    public SweepTimes(IReadOnlyList<FoundRun> runs, DateTimeOffset now)
    {
        _now = now;
        _wholeRuns = runs.Select(run => (Run: run, Seconds: SecondsOf(run), Progress: run.Progress()))
            .Where(run => run.Seconds is not null && run.Progress > FarEnough)
            .GroupBy(run => KeyOf(run.Run), run => run.Seconds.GetValueOrDefault() / run.Progress)
            .ToDictionary(group => group.Key, Median);
    }

    /// <summary>From a run's start to its end, or to now where it is at work; null where that says nothing of its work.</summary>
    public double? SecondsOf(FoundRun run) => (run.State, run.Info) switch
    {
        (RunState.Done, { End: { } end } info) => (end - info.Start).TotalSeconds,
        (RunState.Running, { } info) => (_now - info.Start).TotalSeconds,
        _ => null,
    };

    /// <summary>Seconds of work that a run still needs; null where nothing tells.</summary>
    public double? Left(FoundRun run) => run.State switch
    {
        RunState.Done or RunState.Diverged => 0,
        _ when _wholeRuns.TryGetValue(KeyOf(run), out var whole) => whole * (1 - run.Progress()),
        _ => null,
    };

    // What judges all optimizers of a config takes longer than what judges one.
    private static (string Kind, string Config) KeyOf(FoundRun run) =>
        (run.Planned.Run.Kind, run.Planned.Run.Arm is null ? $"{run.Planned.Run.Config} alone" : run.Planned.Run.Config);

    // A run that was left and went on has taken longer than its work.
    private static double Median(IEnumerable<double> seconds)
    {
        double[] sorted = [.. seconds.Order()];
        return sorted[(sorted.Length - 1) / 2];
    }
}
