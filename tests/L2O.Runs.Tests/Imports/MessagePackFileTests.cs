using L2O.Imports.Formats;
using Xunit;

namespace L2O.Tests.Imports;

public sealed class MessagePackFileTests
{
    // {'a': float32 [2]} as flax.serialization.msgpack_serialize gives it, spelled out.
    private static readonly byte[] _spelledOut =
    [
        0x81, 0xA1, (byte)'a', 0xC7, 0x15, 1, 0x93, 0x91, 2, 0xA7, .. "float32"u8, 0xC4, 8, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0,
    ];

    [Fact]
    public void AnArrayOfFlaxIsRead()
    {
        var (name, array) = MessagePackFile.Read(_spelledOut).Single();

        Assert.True(MessagePackFile.IsOne(_spelledOut));
        Assert.Equal("a", name);
        Assert.Equal([2L], array.Shape);
        Assert.Equal([1, -2], array.Values);
    }

    [Fact]
    public void NestedMapsAreReadWithJoinedNames()
    {
        var array = ForeignBytes.Counted("lstm_1/weight", 8, 12);

        var read = MessagePackFile.Read(ForeignBytes.FlaxMap(array, ForeignBytes.Counted("linear/bias", 1), ForeignBytes.Counted("linear/weight", 1, 2)));

        Assert.Equal(["lstm_1/weight", "linear/bias", "linear/weight"], read.Keys);
        Assert.Equal(array.Numbers, read["lstm_1/weight"].Values);
    }

    [Fact]
    public void AnotherTypeIsToldByItsName() => Assert.Equal(
        "bfloat16", MessagePackFile.Read(ForeignBytes.FlaxMap("bfloat16", [ForeignBytes.Counted("a/b", 1)]))["a/b"].Type);

    [Theory]
    [InlineData(new byte[] { 0x81, 0xA1, 0x61, 5 }, "has a, which is neither an array nor a map of them")]
    [InlineData(new byte[] { 0x81, 5 }, "has 0x05 before byte 2 of its MessagePack, expected a text")]
    [InlineData(new byte[] { 0x81, 0xA1, 0x61, 0xD4, 2, 0 }, "has a of extension 2, expected 1, an array as flax writes it")]
    [InlineData(new byte[] { 0x81, 0xA1, 0x61, 0xD4, 1, 0x92 }, "has a that is not made of shape, type and bytes")]
    [InlineData(new byte[] { 0xDF, 0xFF, 0xFF, 0xFF, 0xFF }, "has 0 bytes from byte 5 on, where 1 are announced")]
    [InlineData(new byte[] { 0x81, 0xA1, 0x61, 0xC9, 0xFF, 0xFF, 0xFF, 0xFF, 1 }, "has 0 bytes from byte 9 on, where 4294967295 are announced")]
    [InlineData(new byte[] { 0x81, 0xA1, 0x61, 0x80, 0 }, "has 1 bytes behind its map")]
    public void WhatIsNoMapOfArraysIsRefused(byte[] bytes, string expected) =>
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => MessagePackFile.Read(bytes)).Message);

    [Fact]
    public void MapsThatAreTooDeepAreRefused() => Assert.Equal(
        "has maps more than 16 deep",
        Assert.Throws<InvalidDataException>(() => MessagePackFile.Read(Enumerable.Repeat((byte[])[0x81, 0xA1, 0x61], 1000).SelectMany(map => map).ToArray())).Message);
}
