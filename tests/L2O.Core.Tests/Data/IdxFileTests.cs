using L2O.Data;
using L2O.Errors;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Data;

public sealed class IdxFileTests
{
    private static readonly DataFile Name = new("mnist/some-ubyte.gz", "mnist");

    private static readonly byte[] FourImages =
        DataFiles.Idx([4, 2, 3], [.. Enumerable.Range(0, 24).Select(i => (byte)(i * 10))]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ImagesAreReadWhetherPackedOrNot(bool isPacked)
    {
        var images = Images(isPacked ? DataFiles.Gzip(FourImages) : FourImages);

        Assert.Equal((4, 2, 3), (images.Count, images.Height, images.Width));
        Assert.Equal(FourImages[16..], images.Pixels);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LabelsAreReadWhetherPackedOrNot(bool isPacked)
    {
        var file = DataFiles.Idx([3], [0, 9, 4]);

        Assert.Equal([0, 9, 4], Labels(isPacked ? DataFiles.Gzip(file) : file));
    }

    [Fact]
    public void APlainFileThatEndsEarlySaysWhereAndWhatToDo() => AssertFails(
        "mnist/some-ubyte.gz: ends after 2 of 4 images; to replace it by the published file run: l2o data fetch mnist",
        () => Images(FourImages[..(16 + 17)]));

    [Fact]
    public void APackedFileThatEndsEarlySaysWhere()
    {
        var noise = new byte[40 * 100];
        new Random(1).NextBytes(noise);
        var packed = DataFiles.Gzip(DataFiles.Idx([40, 10, 10], noise));

        AssertFails("ends after 19 of 40 images and lacks the end of its gzip data", () => Images(packed[..(packed.Length / 2)]));
        AssertFails("lacks the end of its gzip data", () => Images(packed[..^1]));
        AssertFails("lacks the end of its gzip data", () => Images(packed[..^8]));
        AssertFails("ends after 39 of 40 images", () => Images(packed[..^9]));
    }

    [Fact]
    public void AFailingGzipChecksumIsMet()
    {
        var packed = DataFiles.Gzip(FourImages);
        packed[^6] ^= 1;

        AssertFails("checksum", () => Images(packed), orElse: "of 4 images");
    }

    [Fact]
    public void APackedFileMayHaveSeveralMembersAndZerosBehindThem()
    {
        byte[] members = [.. DataFiles.Gzip(FourImages[..20]), .. DataFiles.Gzip([]), .. DataFiles.Gzip(FourImages[20..])];

        Assert.Equal(FourImages[16..], Images(members).Pixels);
        Assert.Equal(FourImages[16..], Images([.. members, .. new byte[10_000]]).Pixels);
        Assert.Equal(FourImages[16..], Images([.. DataFiles.Gzip(FourImages), 0]).Pixels);
    }

    [Fact]
    public void WhatIsWrongBehindTheFirstMemberIsTold()
    {
        var (first, second) = (DataFiles.Gzip(FourImages[..20]), DataFiles.Gzip(FourImages[20..]));
        byte[] changed = [.. second];
        changed[^1] ^= 1;

        AssertFails("ends after 2 of 4 images and lacks the end of its gzip data", () => Images([.. first, .. second[..^20]]));
        AssertFails("ends after 0 of 4 images;", () => Images(first));
        AssertFails("has 4 images, but lacks the end of its gzip data, or has a wrong checksum there", () => Images([.. first, .. changed]));
        AssertFails(
            $"has 4 images, but has something else behind its gzip data, which ends after {first.Length + second.Length} of "
            + $"{first.Length + second.Length + 5} bytes;",
            () => Images([.. first, .. second, 0, .. "junk"u8]));
    }

    [Fact]
    public void AnotherMagicNumberIsShown()
    {
        AssertFails("starts with 0x00000801, expected 0x00000803", () => Images(DataFiles.Idx([3], [0, 9, 4])));
        AssertFails("starts with 0x00000803, expected 0x00000801", () => Labels(FourImages));
        AssertFails("holds a web page, expected 0x00000803", () => Images("<html>404 Not Found</html>"u8.ToArray()));
        AssertFails("holds gzip data, expected 0x00000803", () => Images(DataFiles.Gzip(DataFiles.Gzip(FourImages))));
    }

    [Fact]
    public void AHeaderThatEndsEarlySaysSo()
    {
        AssertFails("ends after 0 of the 16 bytes of its header", () => Images([]));
        AssertFails("ends after 10 of the 16 bytes of its header", () => Images(FourImages[..10]));
        AssertFails("ends after 0 of the 16 bytes of its header", () => Images(DataFiles.Gzip([])));
    }

    [Fact]
    public void MoreThanTheHeaderPromisesIsAnError()
    {
        AssertFails("goes on after its 4 images", () => Images([.. FourImages, 0]));
        AssertFails("goes on after its 4 images", () => Images(DataFiles.Gzip([.. FourImages, 0])));
    }

    [Fact]
    public void SizesOfZeroAndTooLargeOnesAreErrors()
    {
        AssertFails("4 x 0 x 3", () => Images(DataFiles.Idx([4, 0, 3], [])));
        AssertFails("promises 4294967295 x 4294967295 x 4294967295 bytes, expected at most 1073741824",
            () => Images(DataFiles.Idx([uint.MaxValue, uint.MaxValue, uint.MaxValue], new byte[44])));
        AssertFails("expected at most", () => Images(DataFiles.Idx([1u << 20, 1u << 20, 1u << 20], new byte[44])));
        AssertFails("expected at most", () => Images(DataFiles.Idx([1, 3u << 30, 3u << 30], new byte[44])));
        AssertFails("expected at most", () => Images(DataFiles.Idx([3u << 30, 3u << 30, 1], new byte[44])));
    }

    [Fact]
    public void ALabelOutOfRangeIsNamed() =>
        AssertFails("label 2 is 10, expected 0 to 9", () => Labels(DataFiles.Idx([4], [0, 9, 10, 11])));

    [Fact]
    public void AFileThatPromisesMuchCostsLittle()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        AssertFails("ends after 56 of 1000000000 images", () => Images(DataFiles.Idx([1_000_000_000, 1, 1], new byte[56])));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void AGzipBombIsNotUnpacked()
    {
        var bomb = DataFiles.Gzip([.. FourImages, .. new byte[1 << 25]]);
        var stream = new MemoryStream(bomb);

        AssertFails("goes on after its 4 images", () => IdxFile.ReadImages(stream, Name));

        Assert.InRange(stream.Position, 0, 1 << 13);
        Assert.True(bomb.Length > 1 << 14);
    }

    [Fact]
    public void AFileThatCannotBeOpenedIsADatasetError()
    {
        using var folder = new TemporaryFolder();

        AssertFails("cannot be read", () => IdxFile.ReadImages(new DataFile(folder.Root, "mnist")));
        AssertFails("cannot be read", () => IdxFile.ReadImages(new DataFile(Path.Combine(folder.Root, "none"), "mnist")));
    }

    private static IdxImages Images(byte[] content) => IdxFile.ReadImages(new MemoryStream(content), Name);

    private static byte[] Labels(byte[] content) => IdxFile.ReadLabels(new MemoryStream(content), Name, classCount: 10);

    private static void AssertFails(string expected, Func<object> read, string? orElse = null)
    {
        var message = Assert.Throws<DatasetException>(read).Message;
        Assert.True(
            message.Contains(expected, StringComparison.Ordinal)
            || (orElse is not null && message.Contains(orElse, StringComparison.Ordinal)),
            $"\"{message}\" lacks \"{expected}\"");
    }
}
