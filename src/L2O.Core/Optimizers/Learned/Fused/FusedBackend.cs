using System.Numerics;
using System.Runtime.Intrinsics;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Kernels.Vectors;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>The fused form of a learned optimizer whose network works on every coordinate alike.</summary>
/// <param name="network">The network.</param>
/// <param name="width">The registers.</param>
/// <param name="threads">The most that work on one step.</param>
internal sealed class FusedBackend(CoordinatewiseNetwork network, VectorWidth width, int threads)
{
    private readonly KernelPlan _plan = new(network, threads);

    /// <summary>With the widest registers there are, on every core.</summary>
    internal FusedBackend(CoordinatewiseNetwork network)
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
            ScalarType.Float32 => Kernel<float>(phi),
            ScalarType.Float64 => Kernel<double>(phi),
            _ => throw new ArgumentException($"is {phi.dtype}; choose float32 or float64", nameof(phi)),
        };
    }

    private ICoordinatewiseKernel Kernel<T>(Tensor phi)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => width switch
        {
            VectorWidth.Bits512 => new TiledKernel<Ops512<T>, Vector512<T>, T>(_plan, phi),
            VectorWidth.Bits256 => new TiledKernel<Ops256<T>, Vector256<T>, T>(_plan, phi),
            VectorWidth.Bits128 => new TiledKernel<Ops128<T>, Vector128<T>, T>(_plan, phi),
            _ => new TiledKernel<OpsScalar<T>, T, T>(_plan, phi),
        };
}
