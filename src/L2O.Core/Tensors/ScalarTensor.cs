using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace L2O.Tensors;

/// <summary>
/// Tensors of one number, and the only door from tensors to numbers that a program decides by. Every passage waits for the
/// device, so they are counted (the counter `l2o.reads`), and numbers that are needed later go through together.
/// </summary>
internal static class ScalarTensor
{
    /// <summary>The name of the meter that counts.</summary>
    internal const string MeterName = "L2O";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Reads = Meter.CreateCounter<long>("l2o.reads");

    /// <summary>The number, of whichever type.</summary>
    internal static double Value(Tensor scalar)
    {
        Reads.Add(1);
        return Read(scalar);
    }

    /// <summary>The numbers of several tensors of one device, in one transfer.</summary>
    internal static double[] Values(IReadOnlyList<Tensor> scalars)
    {
        if (scalars.Count == 0)
        {
            return [];
        }

        Reads.Add(1);
        if (scalars.All(scalar => scalar.device_type == DeviceType.CPU))
        {
            return [.. scalars.Select(Read)];
        }

        using var scope = NewDisposeScope();
        var together = stack([.. scalars.Select(scalar => scalar.detach().to(float64))]).cpu();
        return MemoryMarshal.Cast<byte, double>(together.bytes).ToArray();
    }

    // From memory: by way of TorchSharp's `item` a number would pass through a handle that the garbage collector may free while
    // libtorch still reads it.
    private static double Read(Tensor scalar)
    {
        using var copy = scalar.device_type == DeviceType.CPU ? null : scalar.cpu();
        var here = copy ?? scalar;
        return here.dtype switch
        {
            ScalarType.Float64 => MemoryMarshal.Read<double>(here.bytes),
            ScalarType.Float32 => MemoryMarshal.Read<float>(here.bytes),
            ScalarType.Int64 => MemoryMarshal.Read<long>(here.bytes),
            _ => throw new ArgumentException($"is of {here.dtype}", nameof(scalar)),
        };
    }
}
