using System.Security.Cryptography;
using L2O.Checkpoints;
using L2O.Configs;
using L2O.Errors;
using L2O.Experiments;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
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

    private static TrainConfig Training(string from, string optimizer) => ConfigReader.Read<TrainConfig>(
        new("a.yaml", $"name: a\noptimizer: {optimizer[..^1]}, from: {from}}}\noptimizees: [{{kind: bowl}}]", []), Registry.Kinds);

    private static OptimizerEntry Entry(string name, string path) =>
        new() { Name = name, Optimizer = new(new CheckpointOptions { Path = path }) };

    private static string Checksum(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private static void Write(string path, long seed)
    {
        DmOptions options = new() { Hidden = [3] };
        DmOptimizer optimizer = new(options);
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
