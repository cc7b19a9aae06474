using L2O.Errors;
using L2O.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Runtime;

public sealed class LibtorchTests
{
    [Fact]
    public void TheVersionInUseIsTheOneThatTorchSharpWasMadeFor()
    {
        Assert.Equal(__version__, Libtorch.Version);
        Assert.Equal($"{LibtorchVersion.Expected}.0", __version__);
    }

    [Theory]
    [InlineData(0x020A_0000_0000_0000, "2.10.0")]
    [InlineData(0x020B_0300_0000_0007, "2.11.3")]
    public void EightBytesHoldAVersion(ulong bytes, string version) => Assert.Equal(version, LibtorchVersion.Decoded(bytes));

    [Fact]
    public void AProgramThatComesWithLibtorchUsesNoOther()
    {
        var folder = Directory.CreateTempSubdirectory("l2o-libtorch-").FullName;
        File.WriteAllText(Path.Combine(folder, LibtorchFolder.FileName("torch_cpu")), "");

        var refusal = Assert.Throws<ConfigException>(() => Libtorch.LoadFrom(folder)).Message;

        Directory.Delete(folder, recursive: true);
        Assert.EndsWith(
            "this program comes with libtorch, and can use no other; build it with -p:TorchBackend=none, or leave out --libtorch and L2O_LIBTORCH",
            refusal,
            StringComparison.Ordinal);
        Libtorch.Require();
    }
}
