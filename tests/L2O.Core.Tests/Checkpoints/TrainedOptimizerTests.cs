using L2O.Checkpoints;
using L2O.Errors;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Checkpoints;

public sealed class TrainedOptimizerTests
{
    [Fact]
    public void InPlaceOfADirectoryItsBestCheckpointIsNamed()
    {
        using TemporaryFolder folder = new();
        var best = folder.Write("checkpoints/best.safetensors", []);
        TensorOptions cpu = new(CPU, float32);

        Assert.All([folder.Root, folder.File("checkpoints")], path => Assert.Equal(
            $"{path}: is a directory; name a file, for instance {best}",
            Assert.Throws<CheckpointException>(() => TrainedOptimizer.Load(path, cpu)).Message));
    }
}
