using L2O.Data;
using L2O.Errors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Data;

public sealed class ImageFormTests
{
    [Fact]
    public void AWholeMultipleIsTheMeanOfBlocks()
    {
        using var scope = NewDisposeScope();
        using var data = RandomImages.Create([2, 6, 6], classes: 3, train: 7, validation: 2, test: 3, float32);

        var small = data.In(new(3, IsGrayscale: false));

        Assert.Equal([2, 3, 3], small.InputShape);
        AssertClose(nn.functional.avg_pool2d(data[Split.Train].Inputs, 2), small[Split.Train].Inputs);
        AssertClose(nn.functional.avg_pool2d(data[Split.Test].Inputs, 2), small[Split.Test].Inputs);
        Assert.Equal(data[Split.Train].Labels.data<long>().ToArray(), small[Split.Train].Labels.data<long>().ToArray());
    }

    // Every pixel in eight by eight of the same, then blocks of seven: what areas in parts come to.
    [Fact]
    public void PixelsInPartCountInPart()
    {
        using var scope = NewDisposeScope();
        using var data = RandomImages.Create([1, 28, 28], classes: 3, train: 4, validation: 1, test: 1, float32);
        var fine = data[Split.Train].Inputs.repeat_interleave(8, 2).repeat_interleave(8, 3);

        var small = data.In(new(8, IsGrayscale: false));

        AssertClose(nn.functional.avg_pool2d(fine, 28), small[Split.Train].Inputs);
    }

    [Fact]
    public void GreyIsTheMeanOfTheChannels()
    {
        using var scope = NewDisposeScope();
        using var data = RandomImages.Create([3, 4, 4], classes: 3, train: 5, validation: 1, test: 1, float32);

        var grey = data.In(new(null, IsGrayscale: true));

        Assert.Equal([1, 4, 4], grey.InputShape);
        AssertClose(data[Split.Train].Inputs.mean([1], keepdim: true), grey[Split.Train].Inputs);
    }

    [Fact]
    public void AFormIsMadeOnceAndNoneIsTheDataItself()
    {
        using var scope = NewDisposeScope();
        using var data = RandomImages.Create([1, 4, 4], classes: 3, train: 5, validation: 1, test: 1, float32);

        Assert.Same(data, data.In(new(null, IsGrayscale: false)));
        Assert.Same(data.In(new(2, IsGrayscale: true)), data.In(new(2, IsGrayscale: true)));
    }

    [Fact]
    public void ImagesAreNotEnlarged()
    {
        using var scope = NewDisposeScope();
        using var data = RandomImages.Create([1, 4, 5], classes: 3, train: 5, validation: 1, test: 1, float32);

        Assert.Equal(
            "image_size is 5, and images of noise have 4 x 5 pixels; choose at most as many",
            Assert.Throws<ConfigException>(() => data.In(new(5, IsGrayscale: false))).Message);
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.True(allclose(expected, actual, rtol: 1e-5, atol: 1e-6));
}
