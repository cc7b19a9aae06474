using System.Collections.Concurrent;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Optimizers.Learned.Coordinatewise;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>The fused form of Celo2.</summary>
/// <param name="network">What is computed.</param>
/// <param name="width">The registers.</param>
/// <param name="threads">The most that work on one step.</param>
internal sealed class FusedCelo2(Celo2Network network, VectorWidth width, int threads) : FusedKernels(width)
{
    private readonly Celo2Plan _plan = new(network, threads);
    private readonly ConcurrentBag<ParallelLoop> _single = [];
    private readonly ConcurrentBag<ParallelLoop> _double = [];

    /// <summary>With the widest registers there are, on every core.</summary>
    internal FusedCelo2(Celo2Network network)
        : this(network, VectorWidths.Widest, Environment.ProcessorCount)
    {
    }

    /// <inheritdoc/>
    protected override ICoordinatewiseKernel Kernel<TOps, TVector, TElement>(Tensor phi) =>
        new Celo2Kernel<TOps, TVector, TElement>(
            _plan,
            phi.dtype == ScalarType.Float32 ? _single : _double,
            new Celo2Weights<TElement>(network, phi.data<TElement>().ToArray()));
}
