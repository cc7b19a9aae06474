using L2O.Data;
using Xunit;

namespace L2O.Tests.Data;

public sealed class Crc32Tests
{
    [Fact]
    public void TheChecksumIsTheOneOfTheCatalogue()
    {
        Assert.Equal(0xCBF43926, Crc32.Append(0, "123456789"u8));
        Assert.Equal(0xCBF43926, Crc32.Append(Crc32.Append(0, "1234"u8), "56789"u8));
        Assert.Equal(0u, Crc32.Append(0, []));
    }
}
