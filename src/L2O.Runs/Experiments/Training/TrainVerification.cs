using L2O.Checkpoints;
using L2O.Errors;
using L2O.MetaTraining;
using L2O.Runs;
using L2O.Runs.Tables;
using L2O.Storage;
using L2O.Tensors;
using Serilog.Core;
using static TorchSharp.torch;

namespace L2O.Experiments.Training;

/// <summary>Looks whether a meta-training's files are whole, and whether going on from them gives what was recorded.</summary>
/// <param name="run">Its directory.</param>
/// <param name="config">Of the run.</param>
public sealed class TrainVerification(RunVerification run, TrainConfig config)
{
    private readonly CheckpointFolder _checkpoints = new(run.CheckpointsPath);

    /// <summary>Looks at every file.</summary>
    public IEnumerable<RunCheck> Files() =>
    [
        .. Paths().Select(path => RunCheck.Of(() => Describe(path))),
        .. TrainCheckpoint.Tables.Select(table => RunCheck.Of(
            () => table.RecordedIn(run.Path).Count(Counted()[table], run.IsComplete))),
    ];

    /// <summary>
    /// Goes on from a checkpoint in a copy of the run, and compares what comes of it.
    /// </summary>
    /// <param name="trainer">From <see cref="Composition.Trainer"/>.</param>
    /// <param name="tensorOptions">Where phi is.</param>
    /// <param name="description">Of the run, as resuming would give it.</param>
    /// <param name="rows">How many rows of meta.csv to do again at most.</param>
    /// <param name="cancel">Checked between unrolls.</param>
    public RunCheck Replay(
        MetaTrainer trainer, TensorOptions tensorOptions, RunDescription description, int rows, CancellationToken cancel) =>
        RunCheck.Of(() =>
        {
            var start = Start();
            var until = Until(start, rows);
            using var scratch = ScratchRun.Of(run.Path);
            if (start.Path is { } path)
            {
                File.Copy(path, scratch.Checkpoints.LatestPath);
            }

            GoOn(scratch, trainer, tensorOptions, description, until, cancel);
            var same = TrainCheckpoint.Tables.Select(
                table => $"{table.RecordedIn(run.Path).Compare(scratch.Path, start.Rows[table])} rows of {table.FileName}");
            return $"{start.Path ?? $"{run.Path} from its start"}: going on gives the same {string.Join(" and ", same)}"
                + CompareEnd(scratch, until);
        });

    private void GoOn(
        ScratchRun scratch,
        MetaTrainer trainer,
        TensorOptions tensorOptions,
        RunDescription description,
        RowCounts until,
        CancellationToken cancel)
    {
        // Under the config as recorded: another version may write the same one otherwise, and checkpoints name its bytes.
        var recorded = description with { Config = run.RecordedConfig };
        using var directory = RunDirectory.Resume(scratch.Path, recorded, isForced: true, TimeProvider.System);
        try
        {
            new TrainRun(config, trainer, tensorOptions, directory, Logger.None, TimeProvider.System)
                .Run((_, _) => { }, until, cancel);
        }
        catch (DivergedException) when (run.Info.Status == RunStatus.Diverged)
        {
            // As the run itself did; its rows are there to compare.
        }
    }

    // The newest, where rows follow it; else one before it, so that there is something to do again.
    private Stored Start()
    {
        var recorded = Meta().RowCount;
        var latest = Find(_checkpoints.LatestPath);
        if (latest is not null && !run.IsComplete && latest.Rows[RunTables.Meta] < recorded)
        {
            return latest;
        }

        var end = latest?.Rows[RunTables.Meta] ?? recorded;
        return new[] { _checkpoints.PreviousPath, _checkpoints.BestPath }.Select(Find).OfType<Stored>()
            .FirstOrDefault(stored => stored.Rows[RunTables.Meta] < end) ?? new(Path: null, NoRows, IsOfLastConfig: true);
    }

    private RowCounts Until(Stored start, int rows) =>
        Find(_checkpoints.LatestPath) is { } latest && start.Path != latest.Path
        && latest.Rows[RunTables.Meta] - start.Rows[RunTables.Meta] <= rows
            ? latest.Rows
            : RowCounts.Of([RunTables.Meta], _ => Math.Min(start.Rows[RunTables.Meta] + rows, Meta().RowCount));

    private string CompareEnd(ScratchRun scratch, RowCounts until)
    {
        // One of before the run was extended names another config, and so has other bytes.
        if (Find(_checkpoints.LatestPath) is not { Path: { } path, IsOfLastConfig: true } latest || !until.Reach(latest.Rows) || !latest.Rows.Reach(until))
        {
            return "";
        }

        return File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(scratch.Checkpoints.LatestPath))
            ? ", and the same bytes of latest.safetensors"
            : throw new CheckpointException($"{path}: done again, it is not the same; start a new run");
    }

    private RowCounts Counted() => Find(_checkpoints.LatestPath)?.Rows ?? NoRows;

    private string[] Paths() =>
    [
        .. new[] { _checkpoints.LatestPath, _checkpoints.PreviousPath, _checkpoints.BestPath }.Where(File.Exists),
    ];

    // Null where it is missing, damaged, or of another config, from before a resumption by force.
    private Stored? Find(string path)
    {
        using var scope = NewDisposeScope();
        try
        {
            var values = Values(path);
            var config = values.Word(TrainCheckpoint.ConfigSha256);
            return run.Info.IsOfConfig(config)
                ? new(path, TrainCheckpoint.RowsIn(values), IsOfLastConfig: config == run.Info.ConfigSha256)
                : null;
        }
        catch (CheckpointException)
        {
            return null;
        }
    }

    private static string Describe(string path)
    {
        using var scope = NewDisposeScope();
        var values = Values(path);
        return $"{path}: checksums hold; iteration {values.Whole("iteration")}, unroll {values.Whole("unroll")}";
    }

    private static CheckpointValues Values(string path) => new(path, Safetensors.Read(path), new(CPU, ScalarType.Float32));

    private RecordedTable Meta() => RunTables.Meta.RecordedIn(run.Path);

    private static RowCounts NoRows => RowCounts.Of(TrainCheckpoint.Tables, _ => 0);

    private sealed record Stored(string? Path, RowCounts Rows, bool IsOfLastConfig);
}
