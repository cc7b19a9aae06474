using L2O.Data;
using L2O.Optimizees;
using L2O.Optimizees.Networks;
using L2O.Registration;
using L2O.Tensors;
using TorchSharp;

namespace L2O.GpuCheck;

/// <summary>A device and a type, with the data on it that optimizees are trained on.</summary>
internal sealed class Place(torch.Device device, torch.ScalarType type) : IDisposable
{
    /// <summary>The data set of all checks: drawn in process, the same everywhere.</summary>
    internal const string Data = "synthetic_digits";

    private readonly Lazy<Dataset> _data =
        new(() => Datasets.Load(Data, new DataDirectory(""), new(device, type)));

    /// <summary>Where theta and phi are made.</summary>
    internal TensorOptions Options { get; } = new(device, type);

    /// <summary>An optimizee of options.</summary>
    internal IOptimizee Optimizee(NetworkOptions options) =>
        Registry.MakeOptimizee(options, _ => _data.Value, Options);

    /// <summary>Waits until the device has done what it was given.</summary>
    internal void Synchronize()
    {
        if (device.type == DeviceType.CUDA)
        {
            torch.cuda.synchronize(device);
        }
    }

    public void Dispose()
    {
        if (_data.IsValueCreated)
        {
            _data.Value.Dispose();
        }
    }
}
