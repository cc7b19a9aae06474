using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Kernels.Vectors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>The fused form of a learned optimizer whose network works on every coordinate alike.</summary>
/// <param name="network">The network.</param>
/// <param name="width">The registers.</param>
/// <param name="threads">The most that work on one step.</param>
internal sealed class FusedBackend(CoordinatewiseNetwork network, VectorWidth width, int threads) : FusedKernels(width)
{
    private readonly KernelPlan _plan = new(network, threads);

    /// <summary>With the widest registers there are, on every core.</summary>
    internal FusedBackend(CoordinatewiseNetwork network)
        : this(network, VectorWidths.Widest, Environment.ProcessorCount)
    {
    }

    /// <inheritdoc/>
    protected override ICoordinatewiseKernel Kernel<TOps, TVector, TElement>(Tensor phi) =>
        new TiledKernel<TOps, TVector, TElement>(_plan, phi);
}
