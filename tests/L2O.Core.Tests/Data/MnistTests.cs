using L2O.Data;
using L2O.Errors;
using L2O.Tensors;
using L2O.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Data;

public sealed class MnistTests
{
    private static readonly TensorOptions Float64 = new(CPU, float64);

    private static readonly SplitSizes Small = new(Train: 4, Validation: 2, Test: 3);

    [Fact]
    public void ValidationComesFirstAndPixelsAreFractions()
    {
        using var folder = WithFiles();
        using var data = Load(folder);

        Assert.Equal([2, 3, 4, 5], Labels(data, Split.Train));
        Assert.Equal([0, 1], Labels(data, Split.Validation));
        Assert.Equal([7, 8, 9], Labels(data, Split.Test));
        Assert.Equal([1, 28, 28], data.InputShape);
        Assert.Equal([4, 1, 28, 28], data[Split.Train].Inputs.shape);
        foreach (var split in Enum.GetValues<Split>())
        {
            var expected = Labels(data, split).Select(label => label / 255.0);
            Assert.Equal(expected, data[split].Inputs.mean([1, 2, 3]).data<double>().ToArray(), Close);
            Assert.Equal(expected, data[split].Inputs.amax([1, 2, 3]).data<double>().ToArray(), Close);
        }
    }

    [Fact]
    public void NothingIsLeftBehindOnceDisposed()
    {
        using var folder = WithFiles();
        Load(folder).Dispose();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Load(folder).Dispose();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void AMissingFileSaysWhereItWasSoughtAndHowToGetIt()
    {
        using var folder = WithFiles();
        var path = Path.Combine(folder.Root, "mnist", "t10k-labels-idx1-ubyte.gz");
        File.Delete(path);

        var message = Assert.Throws<DatasetException>(() => Load(folder)).Message;

        Assert.Equal(
            $"{path}: no such file; run: l2o data fetch mnist, or name the folder that holds mnist/ by --data-dir or "
            + "L2O_DATA_DIR",
            message);
    }

    [Fact]
    public void AnotherNumberOfImagesOrLabelsIsAnError()
    {
        using var folder = WithFiles();
        folder.Write("mnist/train-images-idx3-ubyte", DataFiles.IdxImages(count: 5, first: 0));
        var path = Path.Combine(folder.Root, "mnist", "train-images-idx3-ubyte");
        Assert.Equal(
            $"{path}: holds 5 images of 28x28, expected 6 of 28x28; if it is data of your own, keep it, and name another folder "
            + "for mnist by --data-dir or L2O_DATA_DIR (l2o data fetch mnist fills that)",
            Assert.Throws<DatasetException>(() => Load(folder)).Message);

        folder.Write("mnist/train-images-idx3-ubyte", DataFiles.IdxImages(count: 6, first: 0));
        folder.Write("mnist/train-labels-idx1-ubyte", DataFiles.IdxLabels(count: 7, first: 0));
        Assert.Contains(
            "holds 7 labels, expected 6",
            Assert.Throws<DatasetException>(() => Load(folder)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TheRealSetIsSplitAsTheDesignSays()
    {
        using var data = RealData.Load("mnist");

        Assert.Equal((55_000, 5_000, 10_000), RealData.Counts(data));
        Assert.Equal(5, data[Split.Validation].Labels[0].item<long>());
        Assert.Equal(7, data[Split.Test].Labels[0].item<long>());
        Assert.Equal(0.1307, data[Split.Train].Inputs.mean().item<float>(), 0.001);
        Assert.Equal((0f, 1f), RealData.Range(data));
    }

    internal static TemporaryFolder WithFiles()
    {
        var folder = new TemporaryFolder();
        folder.Write("mnist/train-images-idx3-ubyte", DataFiles.IdxImages(count: 6, first: 0));
        folder.Write("mnist/train-labels-idx1-ubyte", DataFiles.IdxLabels(count: 6, first: 0));
        folder.Write("mnist/t10k-images-idx3-ubyte.gz", DataFiles.Gzip(DataFiles.IdxImages(count: 3, first: 7)));
        folder.Write("mnist/t10k-labels-idx1-ubyte.gz", DataFiles.Gzip(DataFiles.IdxLabels(count: 3, first: 7)));
        return folder;
    }

    private static Dataset Load(TemporaryFolder folder) => Mnist.Load("mnist", "mnist", Small, new(folder.Root), Float64);

    private static long[] Labels(Dataset data, Split split) => data[split].Labels.data<long>().ToArray();

    private static bool Close(double a, double b) => Math.Abs(a - b) < 1e-14;
}
