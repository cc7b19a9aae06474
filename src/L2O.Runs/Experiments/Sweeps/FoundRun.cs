using L2O.Configs;
using L2O.Errors;
using L2O.Experiments.Comparing;
using L2O.Runs;
using L2O.Runs.Tables;

namespace L2O.Experiments.Sweeps;

/// <summary>How a run of a sweep stands.</summary>
public enum RunState
{
    /// <summary>Not begun.</summary>
    New,

    /// <summary>A process is at work on it.</summary>
    Running,

    /// <summary>Begun, and left before its end; it can go on.</summary>
    Stopped,

    /// <summary>Ended by an error; it can be tried again.</summary>
    Failed,

    /// <summary>Ended by its divergence policy.</summary>
    Diverged,

    /// <summary>Done.</summary>
    Done,

    /// <summary>Its directory holds what another config made, or no run.</summary>
    Changed,
}

/// <summary>A run of a sweep as it is found.</summary>
/// <param name="Planned">What it should be.</param>
/// <param name="State">How it stands.</param>
/// <param name="Info">What its run.json says; null where there is none.</param>
public sealed record FoundRun(PlannedRun Planned, RunState State, RunInfo? Info)
{
    /// <summary>The state as it is printed.</summary>
    public string StateWord => WordOf(State);

    /// <summary>A state as it is printed.</summary>
    public static string WordOf(RunState state) => ConfigType.SnakeCase($"{state}");

    /// <summary>Looks for a run.</summary>
    /// <exception cref="CheckpointException">Its run.json is damaged.</exception>
    public static FoundRun Of(PlannedRun planned)
    {
        if (RunDirectory.IsFree(planned.Path))
        {
            return new(planned, RunLock.IsHeld(planned.Path) ? RunState.Running : RunState.New, Info: null);
        }

        if (!RunDirectory.HoldsRun(planned.Path))
        {
            return new(planned, RunState.Changed, Info: null);
        }

        var info = RunInfo.Read(planned.Path);
        var change = planned.ChangeSince(info);
        return new(planned, StateOf(planned.Path, info, change), info);
    }

    /// <summary>What part of the work is done, from 0 to 1.</summary>
    public double Progress() => State switch
    {
        RunState.New or RunState.Changed => 0,
        RunState.Done => 1,
        _ => Planned.Config switch
        {
            TrainConfig train => (double)Iterations(Planned.Path) / train.Meta.Iterations,
            ComparisonConfig comparison => (double)ComparisonProgress.In(Planned.Path).Cells.Count / CellCount(comparison),
            _ => 0,
        },
    };

    private static RunState StateOf(string path, RunInfo info, ConfigChange? change) => (change, info.Status) switch
    {
        (null, RunStatus.Completed) => RunState.Done,
        ({ IsExtension: false }, _) => RunState.Changed,
        _ when RunLock.IsHeld(path) => RunState.Running,
        ({ IsExtension: true }, _) => RunState.Stopped,
        (null, RunStatus.Failed) => RunState.Failed,
        (null, RunStatus.Diverged) => RunState.Diverged,
        _ => RunState.Stopped,
    };

    private long CellCount(ComparisonConfig config)
    {
        var optimizers = Planned.Checkpoint is null ? config.Optimizers.Count : 1;
        return optimizers * config.Optimizees.Sum(entry => entry.Optimizee.All.Count);
    }

    private static long Iterations(string path) => File.Exists(RunTables.Meta.PathIn(path))
        ? RunTables.Meta.LastRowIn(path)?.Iteration ?? 0
        : 0;
}
