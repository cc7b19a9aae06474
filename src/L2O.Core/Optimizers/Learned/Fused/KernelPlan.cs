using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>What the kernels of one network share, whatever its weights: sizes, threads and scratch memory.</summary>
/// <param name="network">What is computed.</param>
/// <param name="threads">The most that work on one step.</param>
internal sealed class KernelPlan(CoordinatewiseNetwork network, int threads)
{
    internal CoordinatewiseNetwork Network => network;

    internal int Threads => threads;

    internal LayerSizes[] Layers { get; } = LayerSizes.Of(network);

    internal StepRecord Record { get; } = new(network);

    internal GradientSums Sums { get; } = new(network);

    /// <summary>Of forward passes.</summary>
    internal BufferPool ForwardBuffers { get; } = new();

    /// <summary>Of meta-gradients: the sums of one chunk and the record of one tile's steps.</summary>
    internal BufferPool RecordBuffers { get; } = new();

    /// <summary>Of meta-gradients: what each chunk gives each entry of phi.</summary>
    internal BufferPool TotalBuffers { get; } = new();
}
