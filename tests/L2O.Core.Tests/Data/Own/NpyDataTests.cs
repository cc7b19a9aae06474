using System.Runtime.InteropServices;
using L2O.Data;
using L2O.Data.Own;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Data.Own;

public sealed class NpyDataTests : IDisposable
{
    private const string FloatOrByte = "expected images of uint8 or float32; save it again by numpy.save(file, array.astype(...))";

    private readonly TemporaryFolder _folder = new();

    private static readonly long[] _twelve = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1];

    public void Dispose() => _folder.Dispose();

    // Train is in a drawn order; an image still has its own label.
    [Fact]
    public void BytesComeToOneAndSharesAreHeldOut()
    {
        Write(NpyBytes.Images(12), NpyBytes.Labels(_twelve));

        using var data = OwnFiles.Load(Data() with { ValidationShare = 0.2, TestShare = 0.2 });

        Assert.Equal([1L, 2L, 2L], data.InputShape);
        Assert.Equal((2, 8L, 2L, 2L), (data.ClassCount, data[Split.Train].Count, data[Split.Validation].Count, data[Split.Test].Count));
        var all = Enum.GetValues<Split>().SelectMany(split => Images(data, split)).ToArray();
        Assert.Equal(Enumerable.Range(0, 12).Select(i => (i, (long)(i % 2))), all.Order());
        Assert.Equal(Path.GetFileName(_folder.Root), data.Name);
    }

    [Fact]
    public void SplitsWithFilesOfTheirOwnAreReadWholeAndInOrder()
    {
        Write(NpyBytes.Images(12), NpyBytes.Labels(_twelve));
        _folder.Write("validation_images.npy", NpyBytes.Images(3));
        _folder.Write("validation_labels.npy", NpyBytes.Labels(1, 1, 0));
        _folder.Write("test_images.npy", NpyBytes.Images(2));
        _folder.Write("test_labels.npy", NpyBytes.Labels(1, 0));

        using var data = OwnFiles.Load(Data());

        Assert.Equal(12, data[Split.Train].Count);
        Assert.Equal([(0, 1L), (1, 1L), (2, 0L)], Images(data, Split.Validation));
        Assert.Equal([(0, 1L), (1, 0L)], Images(data, Split.Test));
    }

    // Image i has the numbers 100 i + 10 channel + pixel, whichever dimension channels are.
    [Theory]
    [InlineData(ImageLayout.Auto, 3, 2, 2, false)]
    [InlineData(ImageLayout.Auto, 2, 2, 3, true)]
    [InlineData(ImageLayout.ChannelsFirst, 3, 2, 3, false)]
    [InlineData(ImageLayout.ChannelsLast, 3, 2, 3, true)]
    public void ChannelsAreWhereTheLayoutSays(ImageLayout layout, int first, int second, int third, bool isLast)
    {
        float[] numbers = [.. Enumerable.Range(0, 12 * first * second * third).Select(i => (float)i)];
        Write(NpyBytes.Of("<f4", [12, first, second, third], MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray()), NpyBytes.Labels(_twelve));

        using var data = OwnFiles.Load(Data() with { Layout = layout });

        long[] shape = isLast ? [third, first, second] : [first, second, third];
        Assert.Equal(shape, data.InputShape);
        var image = data[Split.Test].Inputs[0].contiguous().data<float>().ToArray();
        var (channelStep, pixelStep) = isLast ? (1, third) : (second * third, 1);
        var start = image[0];
        Assert.Equal(
            Enumerable.Range(0, (int)shape[0]).SelectMany(channel => Enumerable.Range(0, (int)(shape[1] * shape[2]))
                .Select(pixel => start + (channel * channelStep) + (pixel * pixelStep))),
            image);
    }

    [Theory]
    [InlineData("|u1")]
    [InlineData("<i4")]
    [InlineData("<u8")]
    [InlineData("|i1")]
    public void LabelsAreWholeNumbersOfAnySize(string type)
    {
        var size = type[^1] - '0';
        Write(NpyBytes.Images(12), NpyBytes.Of(type, [12], [.. _twelve.SelectMany(label => BitConverter.GetBytes(label)[..size])]));

        using var data = OwnFiles.Load(Data());

        Assert.All(Images(data, Split.Train), image => Assert.Equal(image.Pixel % 2, image.Label));
    }

    [Fact]
    public void WhatIsMissingIsNamed()
    {
        Assert.Equal($"{_folder.File("x")}: no such folder; check data.path in the config", OwnFiles.Refused(new NpyData { Path = _folder.File("x") }));
        Assert.Equal(
            $"{_folder.Root}: holds no train_images.npy and train_labels.npy; put them there, or check data.kind and data.path", OwnFiles.Refused(Data()));
        _folder.Write("train_images.npy", NpyBytes.Images(12));
        AssertRefused("train_images.npy: there is no train_labels.npy beside it; add the labels of these images");
        Write(NpyBytes.Images(12), NpyBytes.Labels(_twelve));
        _folder.Write("test_labels.npy", NpyBytes.Labels(_twelve));
        AssertRefused("test_labels.npy: there is no test_images.npy beside it; add the images of these labels");
    }

    public static TheoryData<string, byte[], byte[]> Damaged() => new()
    {
        { "train_images.npy: is no NumPy array; write it again, or use another copy of it", [1, 2, 3], NpyBytes.Labels(_twelve) },
        { "train_images.npy: has a header that describes no plain array; write it again", NpyBytes.Images(12)[..60], NpyBytes.Labels(_twelve) },
        { "train_images.npy: has 47 bytes behind its header, and shape [12, 2, 2] is 48;", NpyBytes.Images(12)[..^1], NpyBytes.Labels(_twelve) },
        { "train_images.npy: has 49 bytes behind its header, and shape [12, 2, 2] is 48;", [.. NpyBytes.Images(12), 0], NpyBytes.Labels(_twelve) },
        { $"train_images.npy: holds numbers of type <f8, {FloatOrByte}", NpyBytes.Of("<f8", [12, 1, 1], new byte[96]), NpyBytes.Labels(_twelve) },
        { $"train_images.npy: holds numbers of type >f4, {FloatOrByte}", NpyBytes.Of(">f4", [12, 1, 1], new byte[48]), NpyBytes.Labels(_twelve) },
        {
            "train_images.npy: has numbers column by column, as Fortran has; save it again by numpy.save(file, numpy.ascontiguousarray(array))",
            NpyBytes.Of("|u1", [12, 2, 2], new byte[48], isByColumn: "True"),
            NpyBytes.Labels(_twelve)
        },
        {
            "train_images.npy: has shape [12, 4], expected [n, height, width] or one more for channels, each 1 or more",
            NpyBytes.Of("|u1", [12, 4], new byte[48]),
            NpyBytes.Labels(_twelve)
        },
        { "train_images.npy: has shape [0, 2, 2], expected", NpyBytes.Of("|u1", [0, 2, 2], []), NpyBytes.Labels(_twelve) },
        {
            "train_images.npy: has shape [12, 3, 2, 3], of which the second or the last is channels; say layout: channels_first or channels_last under data",
            NpyBytes.Of("|u1", [12, 3, 2, 3], new byte[216]),
            NpyBytes.Labels(_twelve)
        },
        {
            "train_images.npy: has shape [9000000000, 9000000000, 3000000000] and more than 1073741824 bytes, and no more are read; keep fewer images",
            NpyBytes.Of("|u1", [9_000_000_000, 9_000_000_000, 3_000_000_000], []),
            NpyBytes.Labels(_twelve)
        },
        {
            "train_images.npy: image 1 has a number that is not finite; leave it out, or put another there",
            NpyBytes.Of("<f4", [2, 1, 1], [0, 0, 0, 0, 0, 0, 0xC0, 0x7F]),
            NpyBytes.Labels(0, 1)
        },
        { "train_labels.npy: has shape [12, 1], expected [n], each 1 or more", NpyBytes.Images(12), NpyBytes.Of("|u1", [12, 1], new byte[12]) },
        {
            "train_labels.npy: holds numbers of type <f4, expected labels of whole numbers, of 8 to 64 bits",
            NpyBytes.Images(12),
            NpyBytes.Of("<f4", [12], new byte[48])
        },
        { "train_labels.npy: holds 11 labels, and train_images.npy 12 images; give each image its label", NpyBytes.Images(12), NpyBytes.Labels(_twelve[1..]) },
        { "train_labels.npy: label 2 is -1; number the classes from 0", NpyBytes.Images(3), NpyBytes.Labels(0, 1, -1) },
        {
            "train_labels.npy: label 1 is 5, where 3 images have at most 3 classes; number these from 0", NpyBytes.Images(3), NpyBytes.Labels(0, 5, 1)
        },
        {
            "train_labels.npy: no image has label 0, and there are labels up to 2; number the classes from 0 without a gap",
            NpyBytes.Images(3),
            NpyBytes.Labels(1, 2, 1)
        },
        { "train_labels.npy: all labels are 0; give images of two classes or more", NpyBytes.Images(3), NpyBytes.Labels(0, 0, 0) },
        { ": no class has enough images to hold one out for validation; add images, or files for validation", NpyBytes.Images(3), NpyBytes.Labels(0, 1, 1) },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void EachKindOfDamageIsOneSentence(string expected, byte[] images, byte[] labels)
    {
        Write(images, labels);

        AssertRefused(expected);
    }

    [Fact]
    public void SplitsThatDoNotGoTogetherAreTold()
    {
        Write(NpyBytes.Images(12), NpyBytes.Labels(_twelve));
        _folder.Write("test_images.npy", NpyBytes.Images(2));
        _folder.Write("test_labels.npy", NpyBytes.Labels(0, 2));
        AssertRefused("test_labels.npy: label 1 is 2, a class that the images to train on lack, which have labels up to 1; give it images there too");

        _folder.Write("test_images.npy", NpyBytes.Of("|u1", [2, 2, 3], new byte[12]));
        _folder.Write("test_labels.npy", NpyBytes.Labels(0, 1));
        AssertRefused("test_labels.npy: belongs to images of 1 x 2 x 3, and those to train on are of 1 x 2 x 2; give all images one shape");
    }

    // Each file has one, and another image another one.
    [Fact]
    public void ChecksumsAreOfTheFilesThatAreRead()
    {
        Write(NpyBytes.Images(12), NpyBytes.Labels(_twelve));
        _folder.Write("notes.txt", [1]);

        var checksums = Data().Checksums(new(""));
        _folder.Write("train_labels.npy", NpyBytes.Labels([.. _twelve.Reverse()]));
        var later = Data().Checksums(new(""));

        Assert.Equal(["train_images.npy", "train_labels.npy"], checksums.Keys);
        Assert.Equal(checksums["train_images.npy"], later["train_images.npy"]);
        Assert.NotEqual(checksums["train_labels.npy"], later["train_labels.npy"]);
    }

    private NpyData Data() => new() { Path = _folder.Root };

    private void Write(byte[] images, byte[] labels)
    {
        _folder.Write("train_images.npy", images);
        _folder.Write("train_labels.npy", labels);
    }

    private void AssertRefused(string expected)
    {
        var message = OwnFiles.Refused(Data());
        Assert.StartsWith(_folder.Root, message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    private static IEnumerable<(int Pixel, long Label)> Images(Dataset data, Split split)
    {
        var (pixels, labels) = OwnFiles.Firsts(data, split);
        return pixels.Zip(labels, (pixel, label) => ((int)Math.Round(pixel * 255), label));
    }
}
