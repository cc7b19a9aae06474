using L2O.Checkpoints;
using L2O.Experiments.Training;
using L2O.Runs;
using L2O.Runs.Tables;
using L2O.Tests.Support;
using Serilog.Core;
using Xunit;

namespace L2O.Tests.Experiments.Training;

public sealed class TrainVerificationTests
{
    [Fact]
    public void FinalizersWaitForSafePointsWhileRowsAreDoneAgain()
    {
        using TemporaryFolder folder = new();
        Train(folder.File("run"), RunStatus.Completed);
        List<bool> closed = [];

        var check = Replay(folder.File("run"), BowlTraining.Description, () => closed.Add(Gate.IsClosed()));

        Assert.True(check.IsOk, check.Text);
        Assert.DoesNotContain(false, closed);
        Assert.NotEmpty(closed);
        Assert.False(Gate.IsClosed());
    }

    // As a version does that has one more key; the checkpoint is inside a meta-iteration, which must not begin anew.
    [Fact]
    public void RowsAreDoneAgainUnderTheRecordedConfigWhereItIsNowWrittenOtherwise()
    {
        using TemporaryFolder folder = new();
        var latest = new CheckpointFolder(folder.File("run/checkpoints")).LatestPath;
        Train(folder.File("run"), RunStatus.Interrupted, until: RowCounts.Of([RunTables.Meta], _ => 1));
        var inside = File.ReadAllBytes(latest);
        Train(folder.File("run"), RunStatus.Interrupted);
        File.WriteAllBytes(latest, inside);

        var check = Replay(folder.File("run"), BowlTraining.Description with { Config = "name: learn\nmore: 0\n" }, () => { });

        Assert.True(check.IsOk, check.Text);
        Assert.Contains("the same 3 rows of meta.csv", check.Text, StringComparison.Ordinal);
    }

    private static void Train(string path, RunStatus status, RowCounts? until = null)
    {
        using var directory = Directory.Exists(path)
            ? RunDirectory.Resume(path, BowlTraining.Description, isForced: false, TimeProvider.System)
            : RunDirectory.Create(path, BowlTraining.Description, TimeProvider.System);
        var trainer = BowlTraining.Trainer(BowlTraining.Config, () => { });
        new TrainRun(
            BowlTraining.Config, trainer, BowlTraining.TensorOptions, directory, Logger.None, new ManualClock())
            .Run((_, _) => { }, until, CancellationToken.None);
        directory.SetStatus(status);
    }

    private static RunCheck Replay(string path, RunDescription now, Action onLoss)
    {
        using RunVerification run = new(path);
        return new TrainVerification(run, BowlTraining.Config).Replay(
            BowlTraining.Trainer(BowlTraining.Config, onLoss), BowlTraining.TensorOptions, now, rows: 9, CancellationToken.None);
    }
}
