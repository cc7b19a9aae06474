using L2O.Data;
using L2O.Errors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Data;

public sealed class Cifar10Tests
{
    [Fact]
    public void ValidationComesLastAndChannelsStayApart()
    {
        using var folder = new TemporaryFolder();
        for (var i = 0; i < 5; i++)
        {
            folder.Write($"cifar-10-batches-bin/data_batch_{i + 1}.bin", DataFiles.CifarRecords(count: 2, first: 2 * i));
        }

        folder.Write("cifar-10-batches-bin/test_batch.bin", DataFiles.CifarRecords(count: 2, first: 5));
        using var data = Cifar10.Load(batchSize: 2, validationCount: 3, new(folder.Root), new(CPU, float64));

        Assert.Equal([0, 1, 2, 3, 4, 5, 6], data[Split.Train].Labels.data<long>().ToArray());
        Assert.Equal([7, 8, 9], data[Split.Validation].Labels.data<long>().ToArray());
        Assert.Equal([5, 6], data[Split.Test].Labels.data<long>().ToArray());
        Assert.Equal([7, 3, 32, 32], data[Split.Train].Inputs.shape);
        Assert.Equal([0, 1, 2], (data[Split.Test].Inputs[1].mean([1, 2]) * 255).round().data<double>().ToArray());
    }

    [Fact]
    public void AMissingBatchIsNamed()
    {
        using var folder = new TemporaryFolder();

        var message = Assert.Throws<DatasetException>(() => Datasets.Load("cifar10", new(folder.Root), new(CPU, float32)))
            .Message;

        Assert.Contains("data_batch_1.bin: no such file; run: l2o data fetch cifar10", message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheRealSetIsSplitAsTheDesignSays()
    {
        using var data = RealData.Load("cifar10");

        Assert.Equal((45_000, 5_000, 10_000), RealData.Counts(data));
        Assert.Equal(0.473, data[Split.Train].Inputs.mean().item<float>(), 0.005);
        Assert.Equal((0f, 1f), RealData.Range(data));
        Assert.Equal(1000, data[Split.Test].Labels.eq(3).sum().item<long>());
    }
}
