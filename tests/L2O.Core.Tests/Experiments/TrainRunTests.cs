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

public sealed class TrainRunTests
{
    private static readonly TrainConfig Config = new()
    {
        Name = "learn",
        Optimizer = new DmOptions { Hidden = [3], OutputScale = 0.1 },
        Optimizees = [],
        Meta = new() { Iterations = 8, Unroll = 2, Curriculum = new() { Stages = [2, 4], Validations = 1 } },
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
        Data = new Dictionary<string, string>(),
    };

    [Fact]
    public void ARunThatIsCancelledAnywhereAndResumedWritesTheSameTables()
    {
        using TemporaryFolder folder = new();
        var looks = Run(folder.File("whole"), cancelAt: int.MaxValue);
        var stages = CsvFile<ValidationRow>.Read(Path.Combine(folder.File("whole"), "validation.csv")).Select(row => row.Stage);
        Assert.Contains(1, stages);

        // The shortest validation looks at the loss more often than every third time, and the run once more after the last
        // step that can be cancelled.
        for (var at = 1; at < looks; at += 3)
        {
            var run = folder.File($"cancelled-{at}");
            Assert.Throws<OperationCanceledException>(() => { Run(run, cancelAt: at); });
            Run(run, cancelAt: int.MaxValue);

            AssertSameTables(folder.File("whole"), run);
        }
    }

    [Fact]
    public void ARowThatAPowerCutLeftUnfinishedIsCutOff()
    {
        using TemporaryFolder folder = new();
        var looks = Run(folder.File("whole"), cancelAt: int.MaxValue);
        var run = folder.File("cut");
        Assert.Throws<OperationCanceledException>(() => { Run(run, cancelAt: looks / 2); });
        File.AppendAllText(Path.Combine(run, "meta.csv"), "9,0,bo");

        Run(run, cancelAt: int.MaxValue);

        AssertSameTables(folder.File("whole"), run);
    }

    private static void AssertSameTables(string expected, string actual)
    {
        foreach (var table in new[] { "meta.csv", "validation.csv" })
        {
            Assert.Equal(File.ReadAllText(Path.Combine(expected, table)), File.ReadAllText(Path.Combine(actual, table)));
        }
    }

    // Returns how often the loss was looked at.
    private static int Run(string path, int cancelAt)
    {
        using CancellationTokenSource source = new();
        var looks = 0;
        var problem = new FunctionOptimizee(
            x =>
            {
                if (++looks == cancelAt)
                {
                    source.Cancel();
                }

                return x.square().sum() - 5;
            },
            [0.8, -0.6]);
        Placement placement = new(CPU, float64);
        MetaTrainer trainer = new(
            new DmOptimizer((DmOptions)Config.Optimizer),
            new Adam(new() { LearningRate = 0.3 }),
            [new WeightedOptimizee("bowl", problem, Weight: 1)],
            regularizer: null,
            teachers: [],
            Config.Meta,
            RandomStreams.FromSeed(1),
            placement,
            new(1));
        using var directory = Directory.Exists(path)
            ? RunDirectory.Resume(path, Description, false, TimeProvider.System)
            : RunDirectory.Create(path, Description, TimeProvider.System);
        new TrainRun(Config, trainer, placement, directory, Logger.None, new StoppedClock()).Run((_, _) => { }, source.Token);
        return looks;
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
