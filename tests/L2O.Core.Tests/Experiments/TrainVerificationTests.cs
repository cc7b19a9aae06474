using L2O.Experiments;
using L2O.MetaTraining;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Tensors;
using L2O.Tests.Support;
using Serilog.Core;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Experiments;

public sealed class TrainVerificationTests
{
    private static readonly TrainConfig Config = new()
    {
        Name = "learn",
        Optimizer = new DmOptions { Hidden = [3], OutputScale = 0.1 },
        Optimizees = [],
        Meta = new() { Iterations = 2, Steps = 4, Unroll = 2 },
        Validation = new() { Every = 1, Episodes = 1 },
    };

    private static readonly RunDescription Description = new()
    {
        Kind = "train",
        Name = Config.Name,
        Seed = 1,
        Device = "cpu",
        ThreadCount = 1,
        Config = "name: learn\n",
    };

    private static readonly Placement _cpu = new(CPU, float64);

    [Fact]
    public void FinalizersWaitForSafePointsWhileRowsAreDoneAgain()
    {
        using TemporaryFolder folder = new();
        Train(folder.File("run"), RunStatus.Completed);
        List<bool> closed = [];

        var check = Replay(folder.File("run"), Description, () => closed.Add(Gate.IsClosed()));

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
        Train(folder.File("run"), RunStatus.Interrupted, until: new(MetaRows: 1, ValidationRows: 0));
        var inside = File.ReadAllBytes(latest);
        Train(folder.File("run"), RunStatus.Interrupted);
        File.WriteAllBytes(latest, inside);

        var check = Replay(folder.File("run"), Description with { Config = "name: learn\nmore: 0\n" }, () => { });

        Assert.True(check.IsOk, check.Text);
        Assert.Contains("the same 3 rows of meta.csv", check.Text, StringComparison.Ordinal);
    }

    private static void Train(string path, RunStatus status, TrainProgress? until = null)
    {
        using var directory = Directory.Exists(path)
            ? RunDirectory.Resume(path, Description, isForced: false, TimeProvider.System)
            : RunDirectory.Create(path, Description, TimeProvider.System);
        new TrainRun(Config, Trainer(() => { }), _cpu, directory, Logger.None, TimeProvider.System)
            .Run((_, _) => { }, until, CancellationToken.None);
        directory.SetStatus(status);
    }

    private static RunCheck Replay(string path, RunDescription now, Action onLoss)
    {
        using RunVerification run = new(path);
        return new TrainVerification(run, Config).Replay(Trainer(onLoss), _cpu, now, rows: 9, CancellationToken.None);
    }

    private static MetaTrainer Trainer(Action onLoss)
    {
        var problem = new FunctionOptimizee(
            x =>
            {
                onLoss();
                return x.square().sum();
            },
            [0.8, -0.6]);
        return new(
            new DmOptimizer((DmOptions)Config.Optimizer),
            new Adam(new() { LearningRate = 0.3 }),
            [new WeightedOptimizee("bowl", problem, Weight: 1)],
            regularizer: null,
            teachers: [],
            Config.Meta,
            RandomStreams.FromSeed(1),
            _cpu,
            new(1));
    }
}
