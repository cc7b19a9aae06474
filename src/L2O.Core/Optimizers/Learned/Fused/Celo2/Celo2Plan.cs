using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>What the kernels of one network share, whatever its weights.</summary>
/// <param name="network">What is computed.</param>
/// <param name="threads">The most that work on one step.</param>
internal sealed class Celo2Plan(Celo2Network network, int threads)
{
    internal Celo2Network Network => network;

    internal int Threads => threads;

    internal Celo2Record Record { get; } = new(network);

    /// <summary>Of a tile, or of several and their sums.</summary>
    internal BufferPool Buffers { get; } = new();
}
