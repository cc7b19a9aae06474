using System.Numerics;
using System.Runtime.Intrinsics;
using L2O.Kernels.Vectors;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>The fused form of a learned optimizer, for registers of one width and either type of number.</summary>
/// <param name="width">The registers.</param>
internal abstract class FusedKernels(VectorWidth width)
{
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

    /// <summary>The same for one kind of vector and number.</summary>
    protected abstract ICoordinatewiseKernel Kernel<TOps, TVector, TElement>(Tensor phi)
        where TOps : IVectorOps<TVector, TElement>
        where TVector : unmanaged
        where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>;

    private ICoordinatewiseKernel Kernel<T>(Tensor phi)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => width switch
        {
            VectorWidth.Bits512 => Kernel<Ops512<T>, Vector512<T>, T>(phi),
            VectorWidth.Bits256 => Kernel<Ops256<T>, Vector256<T>, T>(phi),
            VectorWidth.Bits128 => Kernel<Ops128<T>, Vector128<T>, T>(phi),
            _ => Kernel<OpsScalar<T>, T, T>(phi),
        };
}
