using L2O.Data;
using L2O.Data.Own;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Data.Own;

public sealed class IdxDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Packed, unpacked beside it, and under another name than MNIST's.
    [Fact]
    public void FilesLikeThoseOfMnistAreRead()
    {
        _folder.Write("train-images-idx3-ubyte.gz", DataFiles.Gzip(DataFiles.IdxImages(count: 12, first: 0)));
        _folder.Write("train-images-idx3-ubyte", DataFiles.IdxImages(count: 12, first: 0));
        _folder.Write("train-labels.idx", Labels(12));
        _folder.Write("t10k-images-idx3-ubyte", DataFiles.IdxImages(count: 3, first: 40));
        _folder.Write("t10k-labels-idx1-ubyte.gz", DataFiles.Gzip(Labels(3)));

        using var data = OwnFiles.Load(new IdxData { Path = _folder.Root });

        Assert.Equal([1L, 28L, 28L], data.InputShape);
        Assert.Equal((3, 9L, 3L), (data.ClassCount, data[Split.Train].Count, data[Split.Validation].Count));
        var (pixels, labels) = OwnFiles.Firsts(data, Split.Test);
        Assert.Equal([40 / 255f, 41 / 255f, 42 / 255f], pixels);
        Assert.Equal([0, 1, 2], labels);
        Assert.Equal(
            ["train-images-idx3-ubyte.gz", "train-labels.idx", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte.gz"],
            new IdxData { Path = _folder.Root }.Checksums(new("")).Keys);
    }

    [Fact]
    public void DamageIsToldWithoutNamingWhatWasPublished()
    {
        _folder.Write("train-labels-idx1-ubyte", Labels(12));
        AssertRefused("train-labels-idx1-ubyte: there is no train-images* beside it; add the images of these labels");

        _folder.Write("train-images-idx3-ubyte", DataFiles.IdxImages(count: 12, first: 0)[..^1]);
        AssertRefused("train-images-idx3-ubyte: ends after 11 of 12 images; write it again, or use another copy of it");

        _folder.Write("train-images-idx3-ubyte", DataFiles.IdxImages(count: 11, first: 0));
        AssertRefused("train-labels-idx1-ubyte: holds 12 labels, and train-images-idx3-ubyte 11 images; give each image its label");

        _folder.Write("train-images-other", DataFiles.IdxImages(count: 12, first: 0));
        AssertRefused(": holds train-images-idx3-ubyte and train-images-other; keep one of them there");
    }

    private static byte[] Labels(int count) => DataFiles.Idx([(uint)count], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))]);

    private void AssertRefused(string expected)
    {
        var message = OwnFiles.Refused(new IdxData { Path = _folder.Root });
        Assert.EndsWith(expected, message, StringComparison.Ordinal);
    }
}
