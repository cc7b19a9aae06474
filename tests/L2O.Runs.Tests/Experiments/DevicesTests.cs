using L2O.Errors;
using L2O.Experiments;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Experiments;

public sealed class DevicesTests
{
    [Theory]
    [InlineData("cpu", 2, "cpu", -1)]
    [InlineData("auto", 0, "cpu", -1)]
    [InlineData("auto", 2, "cuda", 0)]
    [InlineData("cuda", 2, "cuda", 0)]
    [InlineData("cuda:1", 2, "cuda", 1)]
    public void ADeviceIsChosenFromThoseThereAre(string text, int gpuCount, string type, int index) =>
        Assert.Equal((type, index), Devices.Choose(text, () => gpuCount));

    [Theory]
    [InlineData("cuda", 0, "this build has no CUDA, or no GPU was found; build with -p:TorchBackend=cuda, or use --device cpu")]
    [InlineData("cuda:2", 2, "there are 2 GPUs; choose cuda:0 to cuda:1")]
    [InlineData("cuda:1", 1, "there is 1 GPU; choose cuda:0")]
    [InlineData("cuda:-1", 1, "is no device; choose auto, cpu, cuda or cuda:I, I counting from 0")]
    [InlineData("gpu", 1, "is no device; choose auto, cpu, cuda or cuda:I, I counting from 0")]
    public void ADeviceThatIsNotThereIsRefused(string text, int gpuCount, string expected)
    {
        var e = Assert.Throws<ConfigException>(() => Devices.Choose(text, () => gpuCount));

        Assert.Equal($"--device {text}: {expected}", e.Message);
    }

    [Fact]
    public void AutoIsTheGpuWhereThereIsOne() =>
        Assert.Equal(cuda.is_available() ? DeviceType.CUDA : DeviceType.CPU, Devices.Parse("auto").type);
}
