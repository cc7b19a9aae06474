using System.Security.Cryptography;
using L2O.Checkpoints;
using L2O.Configs;
using L2O.Errors;
using L2O.Evaluation;
using L2O.Experiments;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Options;
using L2O.Randomness;
using L2O.Registration;
using L2O.Storage;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Experiments;

public sealed class CompositionTests
{
    private static readonly TensorOptions _cpu = new(CPU, ScalarType.Float32);

    // A training still at work may save a better one at any time.
    [Fact]
    public void TheChecksumOfACheckpointIsThatOfTheFileThatWasLoaded()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        var path = folder.File("best.safetensors");
        Write(path, seed: 1);
        var loaded = Checksum(path);
        Composition composition = new(_ => throw new NotSupportedException(), _cpu);
        EvaluateConfig config = new()
        {
            Name = "compare",
            Optimizers = [Entry("one", path), Entry("two", path)],
            Optimizees = [],
        };

        var compared = composition.ComparedOptimizers(config);
        Write(path, seed: 2);

        Assert.NotEqual(loaded, Checksum(path));
        Assert.Equal([new(path, loaded)], composition.CheckpointChecksums);
        Assert.Same(compared[0].Settings[0].Optimizer, compared[1].Settings[0].Optimizer);
    }

    [Fact]
    public void EachScaleOfUpdatesIsASettingBesideThoseOfTheOptions()
    {
        using var scope = NewDisposeScope();
        Composition composition = new(_ => throw new NotSupportedException(), _cpu);
        var config = ConfigReader.Read<EvaluateConfig>(
            new("a.yaml", """
                name: compare
                optimizers:
                  - {kind: dm, hidden: [3], output_scale: [0.1, 0.2], update_scale: [0.5, 1, 2]}
                  - {name: half, kind: dm, hidden: [3], update_scale: 0.5}
                  - {kind: adam, learning_rate: [0.1, 1]}
                optimizees: [{kind: bowl}]
                """, []),
            Registry.Kinds);

        var compared = composition.ComparedOptimizers(config);

        Assert.Equal(
            [
                "output_scale=0.1, update_scale=0.5", "output_scale=0.1, update_scale=1", "output_scale=0.1, update_scale=2",
                "output_scale=0.2, update_scale=0.5", "output_scale=0.2, update_scale=1", "output_scale=0.2, update_scale=2",
            ],
            compared[0].Settings.Select(setting => setting.Label));
        Assert.Equal(["output_scale", "update_scale"], compared[0].Settings[0].Edges);
        Assert.Equal(["output_scale"], compared[0].Settings[1].Edges);
        Assert.Equal([""], compared[1].Settings.Select(setting => setting.Label));
        Assert.IsType<ScaledUpdates>(compared[1].Settings[0].Optimizer);
        Assert.IsNotType<ScaledUpdates>(compared[0].Settings[1].Optimizer);
        Assert.Equal(2, compared[2].Settings.Count);
    }

    [Fact]
    public void ALearningRateOfACheckpointIsTunedAsThatOfAHandcraftedRule()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        var path = folder.File("celo2.safetensors");
        WriteCelo2(path);

        var compared = Compared($"{{kind: checkpoint, path: {path}, learning_rate: [1e-3, 1e-2, 1e-1]}}")[0];

        Assert.Equal(["learning_rate=0.001", "learning_rate=0.01", "learning_rate=0.1"], compared.Settings.Select(setting => setting.Label));
        Assert.Equal(["learning_rate"], compared.Settings[0].Edges);
        Assert.Empty(compared.Settings[1].Edges);
        var trained = Update(Compared($"{{kind: checkpoint, path: {path}}}")[0].Settings[0].Optimizer, step: 0);
        Assert.Equal((trained * 10).data<float>().ToArray(), Update(compared.Settings[1].Optimizer, step: 0).data<float>().ToArray(), Near);
    }

    [Theory]
    [InlineData("kind: adam")]
    [InlineData("kind: celo2")]
    [InlineData("kind: checkpoint, path: PATH")]
    public void ASchedulesEndIsThatOfTheComparison(string entry)
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        var path = folder.File("celo2.safetensors");
        WriteCelo2(path);
        Setting[] settings =
        [
            .. Compared($"{{{entry.Replace("PATH", path, StringComparison.Ordinal)}, schedule: {{kind: {{choice: [constant, linear]}}, warmup: [0, 20]}}}}")[0]
                .Settings,
        ];

        Assert.Equal(
            [
                "schedule.kind=constant, schedule.warmup=0", "schedule.kind=constant, schedule.warmup=20",
                "schedule.kind=linear, schedule.warmup=0", "schedule.kind=linear, schedule.warmup=20",
            ],
            settings.Select(setting => setting.Label));
        Assert.All(
            new[] { (1, 0, 0.05), (1, 19, 1), (2, 0, 1), (2, 25, 0.75), (3, 60, 0.5), (3, 100, 0) },
            expected => Assert.Equal(
                (Update(settings[0].Optimizer, expected.Item2) * expected.Item3).data<float>().ToArray(),
                Update(settings[expected.Item1].Optimizer, expected.Item2).data<float>().ToArray(),
                Near));
    }

    [Fact]
    public void WhatIsNoScaleOfACheckpointsKindIsRefused()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        var (dm, celo2) = (folder.File("dm.safetensors"), folder.File("celo2.safetensors"));
        Write(dm, seed: 1);
        WriteCelo2(celo2);
        string Message(string entry) => Assert.Throws<ConfigException>(() => Compared(entry)).Message;

        Assert.Equal(
            $"mine: update_scale is 0.5, 1, and {celo2} holds a celo2; choose its learning_rate instead",
            Message($"{{name: mine, kind: checkpoint, path: {celo2}, update_scale: [0.5, 1]}}"));
        Assert.Equal(
            $"{dm}: learning_rate is 0.01, and it holds a dm, which has no learning rate; choose update_scale instead",
            Message($"{{kind: checkpoint, path: {dm}, learning_rate: 0.01}}"));
        Assert.Equal(
            $"{dm}: schedule.kind is cosine, and it holds a dm, which has no learning rate; choose update_scale instead",
            Message($"{{kind: checkpoint, path: {dm}, schedule: {{kind: cosine}}}}"));
    }

    // What one config needs to judge checkpoints of every kind.
    [Fact]
    public void EachCheckpointOfTheCommandLineHasTheGridThatFitsItsKind()
    {
        using TemporaryFolder folder = new();
        var (dm, celo2) = (folder.File("dm.safetensors"), folder.File("celo2.safetensors"));
        using (NewDisposeScope())
        {
            Write(dm, seed: 1);
            WriteCelo2(celo2);
        }

        var config = ComparisonConfig.With(
            Read<EvaluateConfig>("name: compare\nupdate_scale: [0.5, 1, 2]\nlearning_rate: [0.01, 0.1]\noptimizees: [{kind: bowl}]"), [dm, celo2]);

        Assert.Equal([new Grid(0.5, 1, 2), new Grid(1)], config.Optimizers.Select(entry => entry.UpdateScale));
        Assert.Empty(config.Optimizers[0].Optimizer.Axes);
        Assert.Equal(["learning_rate=0.01", "learning_rate=0.1"], config.Optimizers[1].Optimizer.All.Select(variant => variant.Label));
        using var scope = NewDisposeScope();
        var written = Read<EvaluateConfig>(ConfigWriter.Write(config, Registry.Kinds));
        var compared = new Composition(_ => throw new NotSupportedException(), _cpu).ComparedOptimizers(written);
        Assert.Equal([3, 2], compared.Select(one => one.Settings.Count));
        Assert.Equal(
            [new Grid(1)],
            ComparisonConfig.With(Read<EvaluateConfig>("name: compare\nupdate_scale: 0.5\noptimizees: [{kind: bowl}]"), [celo2])
                .Optimizers.Select(entry => entry.UpdateScale));
    }

    [Theory]
    [InlineData("steps: 20, unroll: 10", 20)]
    [InlineData("unroll: 5, curriculum: {stages: [10, 40, 20]}", 40)]
    [InlineData("unroll: 5, random_unroll: {least_unrolls: 1, most_unrolls: 3, least_length: 2, most_length: 7}", 21)]
    public void InMetaTrainingASchedulesEndIsThatOfTheLongestMetaIteration(string meta, int steps)
    {
        using var scope = NewDisposeScope();
        var config = Read<TrainConfig>(
            $"name: a\noptimizer: {{kind: celo2, schedule: {{kind: linear}}}}\noptimizees: [{{kind: bowl}}]\nmeta: {{{meta}, iterations: 1, tasks: 1}}");

        Assert.Equal(steps, config.Meta.LongestSteps);
        var trainer = new Composition(_ => throw new NotSupportedException(), _cpu).Trainer(config, start: null, new(1));
        Assert.True(double.IsFinite(Assert.Single(trainer.Advance(trainer.Start()).Reports).MetaLoss));
    }

    [Theory]
    [InlineData("estimator: truncated_bptt")]
    [InlineData("estimator: es")]
    [InlineData("estimator: pes")]
    [InlineData("second_derivatives: true")]
    public void EveryWayToAMetaGradientTrainsCelo2(string meta)
    {
        using var scope = NewDisposeScope();
        var config = Read<TrainConfig>(
            "name: a\noptimizer: {kind: celo2, orthogonalize: true, schedule: {kind: cosine, warmup: 2}}\n"
            + $"optimizees: [{{kind: sum_of_quadratics}}, {{kind: matmul}}]\nmeta: {{{meta}, steps: 6, unroll: 3, tasks: 4}}");
        var trainer = new Composition(_ => throw new NotSupportedException(), _cpu).Trainer(config, start: null, new(1));
        var state = trainer.Start();
        var phi = state.Phi;

        (state, _) = trainer.Advance(state);
        (state, var reports) = trainer.Advance(state);

        Assert.All(reports, report => Assert.True(double.IsFinite(report.MetaLoss) && !report.Skipped));
        Assert.True((state.Phi - phi).isfinite().all().item<bool>());
        Assert.True((state.Phi - phi).abs().max().item<float>() > 0);
    }

    [Fact]
    public void AMetaTrainingStartsFromTheParametersOfARunsBestCheckpoint()
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.File("run/checkpoints"));
        Write(folder.File("run/checkpoints/best.safetensors"), seed: 3);
        Composition composition = new(_ => throw new NotSupportedException(), _cpu);
        var config = Training(folder.File("run"), "{kind: dm, hidden: [3], output_scale: 0.5}");
        DmOptimizer optimizer = new(new() { Hidden = [3] });

        var start = composition.WarmStartOf(config);
        var phi = composition.Trainer(config, start, new(1)).Start().Phi;

        Assert.Equal(_cpu.Convert(optimizer.InitialPhi(RandomStreams.FromSeed(3))).data<float>().ToArray(), phi.data<float>().ToArray());
        Assert.Equal(["output_scale was 0.01, is 0.5"], start?.Differences);
        Assert.Equal(
            [new(folder.File("run"), Checksum(folder.File("run/checkpoints/best.safetensors")))], composition.CheckpointChecksums);
    }

    [Theory]
    [InlineData("{kind: rnnprop}", "best.safetensors: holds a dm, and rnnprop is to be trained; choose another checkpoint, or that kind")]
    [InlineData("{kind: dm, hidden: [4]}", "this optimizer needs [16, ")]
    public void AnotherOptimizerIsNoStart(string optimizer, string message)
    {
        using TemporaryFolder folder = new();
        Write(folder.File("best.safetensors"), seed: 3);
        Composition composition = new(_ => throw new NotSupportedException(), _cpu);

        Assert.Contains(
            message,
            Assert.Throws<CheckpointException>(() => composition.WarmStartOf(Training(folder.File("best.safetensors"), optimizer))).Message,
            StringComparison.Ordinal);
    }

    private static T Read<T>(string yaml)
        where T : IOptions => ConfigReader.Read<T>(new("a.yaml", yaml, []), Registry.Kinds);

    private static IReadOnlyList<ComparedOptimizer> Compared(string entry) =>
        new Composition(_ => throw new NotSupportedException(), _cpu).ComparedOptimizers(
            Read<EvaluateConfig>($"name: compare\noptimizers: [{entry}]\noptimizees: [{{kind: bowl}}]\nsteps: 100"));

    // Of a first gradient, as if so many steps had gone before.
    private static Tensor Update(IOptimizer rule, long step)
    {
        var theta = ones(6);
        var state = rule.Init(new([new("weight", 2, 3)]), theta, RandomStreams.FromSeed(1)) with { StepCount = step };
        return rule.Step(new ConstantGradient(arange(1, 7, dtype: float32)), theta, state).Update;
    }

    private static bool Near(float expected, float actual) => Math.Abs(expected - actual) <= 1e-6 * Math.Abs(expected);

    private static TrainConfig Training(string from, string optimizer) => ConfigReader.Read<TrainConfig>(
        new("a.yaml", $"name: a\noptimizer: {optimizer[..^1]}, from: {from}}}\noptimizees: [{{kind: bowl}}]", []), Registry.Kinds);

    private static OptimizerEntry Entry(string name, string path) =>
        new() { Name = name, Optimizer = new(new CheckpointOptions { Path = path }) };

    private static string Checksum(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private static void Write(string path, long seed)
    {
        DmOptions options = new() { Hidden = [3] };
        Write(path, seed, options, new DmOptimizer(options));
    }

    private static void WriteCelo2(string path)
    {
        Celo2Options options = new() { LearningRate = 1e-3 };
        Write(path, seed: 4, options, new Celo2Optimizer(options));
    }

    private static void Write(string path, long seed, IOptions options, ILearnedOptimizer optimizer)
    {
        CheckpointContents contents = new();
        contents.Add(CheckpointKeys.Format, CheckpointKeys.FormatValue);
        contents.Add(CheckpointKeys.Optimizer, OptionsJson.Write(options));
        var parts = optimizer.PhiLayout.Split(_cpu.Convert(optimizer.InitialPhi(RandomStreams.FromSeed(seed))));
        foreach (var (shape, part) in optimizer.PhiLayout.Shapes.Zip(parts))
        {
            contents.Add(CheckpointKeys.PhiPrefix + shape.Name, part);
        }

        var file = contents.ToFile();
        Safetensors.Write(path, file.Tensors, file.Metadata);
    }
}
