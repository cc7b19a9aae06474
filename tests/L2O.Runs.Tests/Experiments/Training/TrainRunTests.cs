using L2O.Errors;
using L2O.Experiments;
using L2O.Experiments.Training;
using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Runs;
using L2O.Runs.Tables;
using L2O.Storage;
using L2O.Tests.Support;
using Serilog.Core;
using Xunit;

namespace L2O.Tests.Experiments.Training;

public sealed class TrainRunTests
{
    private static readonly TrainConfig Config = BowlTraining.Config with
    {
        Meta = new() { Iterations = 8, Unroll = 2, Curriculum = new() { Stages = [2, 4], Validations = 1 } },
    };

    private static readonly TrainConfig Plain = Config with { Meta = new() { Iterations = 3, Steps = 6, Unroll = 2 } };

    [Fact]
    public void ARunThatIsCancelledAnywhereAndResumedWritesTheSameTables()
    {
        using TemporaryFolder folder = new();
        var looks = Run(folder.File("whole"), cancelAt: int.MaxValue);
        var stages = RunTables.Validation.RowsIn(folder.File("whole")).Select(row => row.Stage);
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

    [Theory]
    [InlineData(MetaGradientEstimator.TruncatedBptt)]
    [InlineData(MetaGradientEstimator.Pes)]
    public void AStaggeredRunThatIsCancelledAnywhereAndResumedWritesTheSameTables(MetaGradientEstimator estimator)
    {
        using TemporaryFolder folder = new();
        var config = Plain with
        {
            Meta = Plain.Meta with { Tasks = 2, Staggered = true, Estimator = estimator, Evolution = new() { Pairs = 1 } },
            Regularizer = new() { Metric = new GradientNormOptions(), Weight = 0.1 },
        };
        var looks = Run(folder.File("whole"), config, cancelAt: int.MaxValue);
        for (var at = 1; at < looks; at += 5)
        {
            var run = folder.File($"cancelled-{at}");
            Assert.Throws<OperationCanceledException>(() => { Run(run, config, cancelAt: at); });
            Run(run, config, cancelAt: int.MaxValue);

            AssertSameTables(folder.File("whole"), run);
            AssertSamePhi(folder.File("whole"), run);
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

    public static TheoryData<string, MetaOptions> OtherOptions => new()
    {
        { "fewer steps", Plain.Meta with { Steps = 2 } },
        { "longer unrolls", Plain.Meta with { Unroll = 6 } },
        { "more tasks", Plain.Meta with { Tasks = 2 } },
        { "staggered tasks", Plain.Meta with { Tasks = 2, Staggered = true } },
        { "another estimator", Plain.Meta with { Estimator = MetaGradientEstimator.Pes, Evolution = new() { Pairs = 2 } } },
    };

    [Theory]
    [MemberData(nameof(OtherOptions))]
    public void UnderAnotherConfigAMetaIterationBeginsAnew(string name, MetaOptions options)
    {
        using TemporaryFolder folder = new();
        var looks = Run(folder.File("whole"), Plain, cancelAt: int.MaxValue);
        HashSet<string> unrolls = [];
        for (var at = 1; at < looks; at += 3)
        {
            var run = folder.File($"cancelled-{at}");
            Assert.Throws<OperationCanceledException>(() => { Run(run, Plain, cancelAt: at); });
            var before = RunTables.Meta.RowsIn(run);
            unrolls.Add(Safetensors.Read(Path.Combine(run, "checkpoints", "latest.safetensors")).Metadata["unroll"]);
            Run(run, Plain with { Meta = options }, cancelAt: int.MaxValue);

            var after = RunTables.Meta.RowsIn(run);
            Assert.Equal(before, after.Take(before.Count));
            Assert.True(after.Skip(before.Count).All(row => row.Unroll < 6 / options.Unroll), name);
            Assert.Equal(0, after.Skip(before.Count).FirstOrDefault()?.Unroll ?? 0);
            Assert.Equal(Plain.Meta.Iterations - 1, after[^1].Iteration);
        }

        Assert.Contains("2", unrolls);
    }

    // Inside meta-iterations and between them, before the old end and at it.
    [Fact]
    public void ARunThatIsCancelledAnywhereAndExtendedIsTheLongerRun()
    {
        using TemporaryFolder folder = new();
        var longer = Plain with { Meta = Plain.Meta with { Iterations = 5 } };
        Run(folder.File("whole"), longer, cancelAt: int.MaxValue);
        var looks = Run(folder.File("short"), Plain, cancelAt: int.MaxValue);
        Run(folder.File("short"), longer, cancelAt: int.MaxValue, isExtended: true);
        AssertSameTables(folder.File("whole"), folder.File("short"));
        for (var at = 1; at < looks; at += 3)
        {
            var run = folder.File($"cancelled-{at}");
            Assert.Throws<OperationCanceledException>(() => { Run(run, Plain, cancelAt: at); });
            Run(run, longer, cancelAt: int.MaxValue, isExtended: true);

            AssertSameTables(folder.File("whole"), run);
            AssertSamePhi(folder.File("whole"), run);
        }
    }

    [Fact]
    public void WhereTheOldEndIsNotValidatedByRuleThatValidationIsAllThatTheLongerRunHasNot()
    {
        using TemporaryFolder folder = new();
        var sparse = Plain with { Validation = new() { Every = 2, Episodes = 1 } };
        var longer = sparse with { Meta = Plain.Meta with { Iterations = 5 } };
        var looks = Run(folder.File("whole"), longer, cancelAt: int.MaxValue);
        Assert.Throws<OperationCanceledException>(() => { Run(folder.File("run"), sparse, cancelAt: looks / 3); });
        var latest = Path.Combine(folder.File("run"), "checkpoints", "latest.safetensors");
        File.Copy(latest, folder.File("early"));
        Run(folder.File("run"), sparse, cancelAt: int.MaxValue);
        Run(folder.File("run"), longer, cancelAt: int.MaxValue, isExtended: true);

        Assert.Equal(RunTables.Meta.RowsIn(folder.File("whole")), RunTables.Meta.RowsIn(folder.File("run")));
        AssertSamePhi(folder.File("whole"), folder.File("run"));
        Assert.Equal([0, 2, 4, 5], RunTables.Validation.RowsIn(folder.File("whole")).Select(row => row.Iteration));
        Assert.Equal([0, 2, 3, 4, 5], RunTables.Validation.RowsIn(folder.File("run")).Select(row => row.Iteration));

        // Done again from a checkpoint of before, it is the same run with that validation in it.
        var text = File.ReadAllText(Path.Combine(folder.File("run"), "validation.csv"));
        File.Copy(folder.File("early"), latest, overwrite: true);
        Run(folder.File("run"), longer, cancelAt: int.MaxValue, isExtended: true);
        Assert.Equal(text, File.ReadAllText(Path.Combine(folder.File("run"), "validation.csv")));
    }

    [Fact]
    public void WhatWasMeasuredOfTheRegularizerIsForgottenUnderAnotherConfigAndKeptUnderALongerOne()
    {
        using TemporaryFolder folder = new();
        RegularizerOptions shared = new() { Metric = new GradientNormOptions(), Share = 0.1 };
        var config = Plain with { Regularizer = shared };
        string Measured(string run) => Safetensors.Read(Path.Combine(run, "checkpoints", "latest.safetensors")).Metadata["regularizer/ratios"];
        Run(folder.File("run"), config, cancelAt: int.MaxValue);
        Assert.Equal("9", Measured(folder.File("run")));

        Run(folder.File("run"), config with { Meta = Plain.Meta with { Iterations = 5 } }, cancelAt: int.MaxValue, isExtended: true);
        Assert.Equal("15", Measured(folder.File("run")));

        Run(folder.File("run"), config with { Meta = Plain.Meta with { Iterations = 7 } }, cancelAt: int.MaxValue);
        Assert.Equal("6", Measured(folder.File("run")));
    }

    [Fact]
    public void AStageThatTheConfigNoLongerHasIsRefused()
    {
        using TemporaryFolder folder = new();
        Run(folder.File("run"), cancelAt: int.MaxValue);
        var fewer = Config with { Meta = Config.Meta with { Curriculum = new() { Stages = [2], Validations = 1 } } };

        var error = Assert.Throws<ConfigException>(() => { Run(folder.File("run"), fewer, cancelAt: int.MaxValue); });

        Assert.EndsWith(
            "latest.safetensors: is in stage 1, counted from 0, of a curriculum that now has 1; "
            + "name more meta.curriculum.stages or start a new run",
            error.Message,
            StringComparison.Ordinal);
    }

    private static void AssertSameTables(string expected, string actual)
    {
        foreach (var table in new[] { "meta.csv", "validation.csv" })
        {
            Assert.Equal(File.ReadAllText(Path.Combine(expected, table)), File.ReadAllText(Path.Combine(actual, table)));
        }
    }

    private static void AssertSamePhi(string expected, string actual)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        float[][] Phi(string run) =>
        [
            .. Safetensors.Read(Path.Combine(run, "checkpoints", "latest.safetensors")).Tensors
                .Where(entry => entry.Name.StartsWith("optimizer/", StringComparison.Ordinal))
                .Select(entry => entry.Tensor.to(TorchSharp.torch.float32).data<float>().ToArray()),
        ];
        Assert.NotEmpty(Phi(expected));
        Assert.Equal(Phi(expected), Phi(actual));
    }

    private static int Run(string path, int cancelAt) => Run(path, Config, cancelAt);

    // Returns how often the loss was looked at.
    private static int Run(string path, TrainConfig config, int cancelAt, bool isExtended = false)
    {
        using CancellationTokenSource source = new();
        var looks = 0;
        var trainer = BowlTraining.Trainer(config, () =>
        {
            if (++looks == cancelAt)
            {
                source.Cancel();
            }
        });
        var description = BowlTraining.Description with { Config = $"{config.Meta}" };
        using var directory = Directory.Exists(path)
            ? RunDirectory.Resume(
                path, description, isForced: !isExtended, TimeProvider.System, _ => new ConfigChange(isExtended))
            : RunDirectory.Create(path, description, TimeProvider.System);
        new TrainRun(config, trainer, BowlTraining.TensorOptions, directory, Logger.None, new ManualClock())
            .Run((_, _) => { }, source.Token);
        return looks;
    }
}
