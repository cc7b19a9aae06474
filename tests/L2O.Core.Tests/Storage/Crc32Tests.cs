using L2O.Storage;
using Xunit;

namespace L2O.Tests.Storage;

public sealed class Crc32Tests
{
    [Fact]
    public void TheChecksumIsTheOneOfTheCatalogue()
    {
        Assert.Equal(0xCBF43926, Crc32.Append(0, "123456789"u8));
        Assert.Equal(0xCBF43926, Crc32.Append(Crc32.Append(0, "1234"u8), "56789"u8));
        Assert.Equal(0u, Crc32.Append(0, []));
    }

    // The value is zlib's.
    [Fact]
    public void ItDoesNotDependOnWhereTheBytesAreDivided()
    {
        var bytes = Enumerable.Range(0, 1000).Select(i => (byte)(((i * i * 31) + (7 * i)) % 251)).ToArray();

        Assert.Equal(0x8D45C32A, Crc32.Append(0, bytes));
        Assert.All(Enumerable.Range(0, 40), at =>
            Assert.Equal(0x8D45C32A, Crc32.Append(Crc32.Append(0, bytes.AsSpan(0, at)), bytes.AsSpan(at))));
    }
}
