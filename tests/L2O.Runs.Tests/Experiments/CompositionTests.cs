using System.Security.Cryptography;
using L2O.Checkpoints;
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
