using L2O.Errors;
using L2O.Kernels;
using Xunit;

namespace L2O.Tests.Kernels;

public sealed class AlignedBufferTests
{
    [Fact]
    public void ASizeBeyondTheLargestBufferIsRefused()
    {
        Assert.Equal(2_000_000_000, AlignedBuffer.SizeOf<double>(250_000_000));
        Assert.Throws<ConfigException>(() => AlignedBuffer.SizeOf<double>(1L << 28));
        Assert.Throws<ConfigException>(() => AlignedBuffer.SizeOf<float>(1L << 30));
    }
}
