using L2O.Imports.TensorFlow;
using Xunit;

namespace L2O.Tests.Imports;

public sealed class TensorFlowCheckpointTests
{
    private static readonly ForeignBytes.Values[] _arrays =
    [
        ForeignBytes.Counted("LOL/a/Matrix", 2, 3), ForeignBytes.Counted("LOL/a/Bias"), ForeignBytes.Counted("LOL/b", 1, 2),
        ForeignBytes.Counted("LOL/b/RMSProp", 1, 2), ForeignBytes.Counted("LOL/b/RMSProp_1", 1, 2), ForeignBytes.Counted("LOL/long name", 130),
    ];

    // The check value of CRC-32C, 0xE3069283, masked by hand.
    [Fact]
    public void ChecksumsAreMasked()
    {
        const uint crc = 0xE3069283;

        Assert.Equal(unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8), Crc32C.Masked("123456789"u8));
    }

    [Fact]
    public void TensorsAreReadAndWhatTheirTrainingRemembersIsNot()
    {
        var (index, data) = ForeignBytes.TensorFlow([.. _arrays, new("global_step", [], [5])]);

        var read = TensorFlowCheckpoint.Read(index, data);

        Assert.Equal(["LOL/a/Bias", "LOL/a/Matrix", "LOL/b", "LOL/long name"], read.Keys.Order(StringComparer.Ordinal));
        Assert.All(_arrays.Where(array => read.ContainsKey(array.Name)), array =>
        {
            Assert.Equal(array.Numbers, read[array.Name].Values);
            Assert.Equal(array.Shape, read[array.Name].Shape);
        });
    }

    [Fact]
    public void ATypeThatIsNotFloatingIsToldWithoutItsValues()
    {
        byte[] eight = new byte[8];
        var index = ForeignBytes.Table(ForeignBytes.Block(("a", ForeignBytes.Entry(9, [1], 0, eight)), ("b", ForeignBytes.Entry(14, [4], 0, eight))));

        var read = TensorFlowCheckpoint.Read(index, eight);

        Assert.Equal([("int64", 0), ("bfloat16", 0)], read.Values.Select(array => (array.Type, array.Values.Length)));
    }

    [Fact]
    public void EveryChangedByteOfTheTableOrTheDataIsNoticed()
    {
        var (index, data) = ForeignBytes.TensorFlow(_arrays);
        var content = index.Length - 48;

        for (var i = 0; i < content + data.Length; i += 7)
        {
            byte[][] files = [[.. index], [.. data]];
            files[i < content ? 0 : 1][i < content ? i : i - content] ^= 0x10;

            // The block that lists other sorts of blocks is empty and is not read.
            Assert.True(IsRefused(files) || i > content - 60, $"byte {i}");
        }
    }

    [Theory]
    [InlineData(1, "has blocks compressed by Snappy, expected none, as TensorFlow writes them")]
    [InlineData(4, "has blocks compressed by zlib, expected none, as TensorFlow writes them")]
    [InlineData(9, "has blocks compressed by method 9, expected none, as TensorFlow writes them")]
    public void CompressedBlocksAreRefusedByName(byte compression, string expected)
    {
        var block = ForeignBytes.Block(("a", ForeignBytes.Entry(1, [], 0, new byte[4])));
        var index = ForeignBytes.Table(block);
        index[block.Length] = compression;
        ForeignBytes.Number(Crc32C.Masked(index.AsSpan(0, block.Length + 1))).CopyTo(index, block.Length + 1);

        Assert.Equal(expected, Refused(index, new byte[4]));
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        var four = new byte[4];
        var entry = ForeignBytes.Entry(1, [1], 0, four);

        Assert.Equal("has a at byte 2 of its data with 4 bytes, where all are 4", Refused(Of(("a", ForeignBytes.Entry(1, [1], 2, four))), four));
        Assert.Equal("has a of float32 [2], which 4 bytes do not hold", Refused(Of(("a", ForeignBytes.Entry(1, [2], 0, four))), four));
        Assert.Equal("has a that does not match its checksum", Refused(Of(("a", entry)), [1, 2, 3, 4]));
        Assert.Equal("has keys out of order", Refused(Of(("b", entry), ("a", entry)), four));
        Assert.Equal("has a twice", Refused(Of(("a", entry), ("a", entry)), four));
        Assert.Equal("has a in pieces, expected it whole in one file", Refused(Of(("a", [.. entry, 0x18, 1])), four));
        Assert.Equal("has a protocol buffer with a field of type 3", Refused(Of(("a", [0x0B])), four));
        Assert.Equal("has arrays of more bytes than it has itself, b the first beyond", Refused(Of(("a", entry), ("b", entry)), four));
        Assert.StartsWith("has its tensors in 2 files", Refused(Of(("", [0x08, 2])), four), StringComparison.Ordinal);
    }

    private static byte[] Of(params (string Key, byte[] Value)[] entries) => ForeignBytes.Table(ForeignBytes.Block(entries));

    private static string Refused(byte[] index, byte[] data) =>
        Assert.Throws<InvalidDataException>(() => TensorFlowCheckpoint.Read(index, data)).Message;

    private static bool IsRefused(byte[][] files)
    {
        try
        {
            TensorFlowCheckpoint.Read(files[0], files[1]);
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }
}
