using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.Intrinsics;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>The fused form of Celo2.</summary>
/// <param name="network">What is computed.</param>
/// <param name="width">The registers.</param>
/// <param name="threads">The most that work on one step.</param>
internal sealed class FusedCelo2(Celo2Network network, VectorWidth width, int threads)
{
    private readonly Celo2Plan _plan = new(network, threads);
    private readonly ConcurrentBag<ParallelLoop> _single = [];
    private readonly ConcurrentBag<ParallelLoop> _double = [];

    /// <summary>With the widest registers there are, on every core.</summary>
    internal FusedCelo2(Celo2Network network)
        : this(network, VectorWidths.Widest, Environment.ProcessorCount)
    {
    }

    /// <summary>The rule at phi [P].</summary>
    internal FusedRule At(Tensor phi) => new(Kernel(phi));

    /// <summary>The rule at phi [P], recording its steps.</summary>
    internal FusedTape Record(Tensor phi) => new(Kernel(phi), phi);

    /// <summary>What computes the steps at phi [P].</summary>
    internal ICoordinatewiseKernel Kernel(Tensor phi)
    {
        NativeHeap.KeepFreedMemory();
        return phi.dtype switch
        {
            ScalarType.Float32 => Kernel<float>(phi, _single),
            ScalarType.Float64 => Kernel<double>(phi, _double),
            _ => throw new ArgumentException($"is {phi.dtype}; choose float32 or float64", nameof(phi)),
        };
    }

    private ICoordinatewiseKernel Kernel<T>(Tensor phi, ConcurrentBag<ParallelLoop> idle)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Celo2Weights<T> weights = new(network, phi.data<T>().ToArray());
        return width switch
        {
            VectorWidth.Bits512 => new Celo2Kernel<Ops512<T>, Vector512<T>, T>(_plan, idle, weights),
            VectorWidth.Bits256 => new Celo2Kernel<Ops256<T>, Vector256<T>, T>(_plan, idle, weights),
            VectorWidth.Bits128 => new Celo2Kernel<Ops128<T>, Vector128<T>, T>(_plan, idle, weights),
            _ => new Celo2Kernel<OpsScalar<T>, T, T>(_plan, idle, weights),
        };
    }
}
