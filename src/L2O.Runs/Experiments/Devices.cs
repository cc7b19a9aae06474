using System.Globalization;
using L2O.Errors;
using static TorchSharp.torch;

namespace L2O.Experiments;

/// <summary>What `--device` names.</summary>
public static class Devices
{
    /// <summary>The device that an argument names.</summary>
    /// <param name="text">auto, cpu, cuda or cuda:I.</param>
    /// <exception cref="ConfigException">There is none here; the message says which build or number to use.</exception>
    public static Device Parse(string text)
    {
        var (type, index) = Choose(text, CudaDeviceCount);
        return index < 0 ? new(type) : new(type, index);
    }

    /// <summary>The type, and the index or -1, without making a device.</summary>
    internal static (string Type, int Index) Choose(string text, Func<int> cudaDeviceCount)
    {
        switch (text)
        {
            case "cpu":
                return ("cpu", -1);
            case "auto":
                return cudaDeviceCount() > 0 ? ("cuda", 0) : ("cpu", -1);
            default:
                var index = CudaIndex(text) ?? throw new ConfigException(
                    $"--device {text}: is no device; choose auto, cpu, cuda or cuda:I, I counting from 0");
                var count = cudaDeviceCount();
                return index < count ? ("cuda", index) : throw new ConfigException(count == 0
                    ? $"--device {text}: this build has no CUDA, or no GPU was found; build with -p:TorchBackend=cuda, "
                        + "or use --device cpu"
                    : $"--device {text}: there {(count == 1 ? "is 1 GPU" : $"are {count} GPUs")}; choose cuda:0"
                        + (count == 1 ? "" : $" to cuda:{count - 1}"));
        }
    }

    private static int? CudaIndex(string text) => text switch
    {
        "cuda" => 0,
        ['c', 'u', 'd', 'a', ':', .. var digits]
            when int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index) => index,
        _ => null,
    };

    private static int CudaDeviceCount() => cuda.is_available() ? cuda.device_count() : 0;
}
