using System.IO.Compression;
using L2O.Storage;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Storage;

public sealed class GunzipStreamTests
{
    // Members begin and end anywhere in the blocks that are read, and their checksums lie across two.
    [Theory]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.NoCompression)]
    public void MembersOfAnySizeAreJoined(CompressionLevel level)
    {
        var random = new Random(1);
        byte[][] parts = [.. Enumerable.Range(0, 60).Select(_ => Noise(random, random.Next(0, 9000)))];

        var file = parts.SelectMany(part => Gzip(part, level)).ToArray();

        Assert.Equal(parts.SelectMany(part => part), Content(file));
    }

    [Fact]
    public void WhatAHeaderMayHoldIsPassedOver()
    {
        byte[] packed = DataFiles.Gzip([1, 2, 3]);
        byte[] header = [.. packed[..3], 0b0001_1110, .. packed[4..10]];
        byte[] extra = [3, 0, 9, 9, 9];

        Assert.Equal<byte>(
            [1, 2, 3], Content([.. header, .. extra, .. "name\0"u8, .. "comment\0"u8, 7, 7, .. packed[10..]]));
        Assert.Equal("has damaged gzip data", Fault([.. packed[..3], 0x80, .. packed[4..]]));
        Assert.Equal("lacks the end of its gzip data, or has a wrong checksum there", Fault([.. header, .. extra, .. "name"u8]));
    }

    [Fact]
    public void EveryFileThatIsCutOffIsMet()
    {
        byte[] file = [.. DataFiles.Gzip(Noise(new(2), 50)), .. DataFiles.Gzip(Noise(new(3), 50))];
        var first = DataFiles.Gzip(Noise(new(2), 50)).Length;

        Assert.All(
            Enumerable.Range(2, file.Length - 2).Where(length => length != first && length != first + 1),
            length => Assert.Equal("lacks the end of its gzip data, or has a wrong checksum there", Fault(file[..length])));
        Assert.StartsWith("has something else behind its gzip data", Fault(file[..(first + 1)]), StringComparison.Ordinal);
    }

    [Fact]
    public void AWrongChecksumIsMetInEveryMember()
    {
        var (first, second) = (DataFiles.Gzip(Noise(new(2), 5000)), DataFiles.Gzip(Noise(new(3), 10_000)));
        first[^5] ^= 1;

        Assert.Equal("has gzip data with a wrong checksum", Fault([.. first, .. second]));
    }

    private static byte[] Content(byte[] file)
    {
        using var content = new MemoryStream();
        using var stream = new GunzipStream(new MemoryStream(file));
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static string Fault(byte[] file) => Assert.Throws<InvalidDataException>(() => Content(file)).Message;

    private static byte[] Noise(Random random, int count)
    {
        var noise = new byte[count];
        random.NextBytes(noise);
        return noise;
    }

    private static byte[] Gzip(byte[] content, CompressionLevel level)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }
}
