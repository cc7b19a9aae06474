using System.Numerics;
using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Optimizers.Learned.Fused.Stages;
using L2O.Kernels.Vectors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>One step of every coordinate: each tile goes through the whole network while it is in the cache.</summary>
internal sealed unsafe class ForwardPass<TOps, TVector, TElement>(KernelPlan plan, PackedWeights<TElement> weights)
    : ParallelLoop
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    // Enough for threads that fall behind to be helped out, and not so small that claiming a chunk is noticed.
    private const int ChunksPerThread = 4;
    private const int FewestTiles = 8;

    private readonly CoordinatewiseNetwork _network = plan.Network;
    private readonly int _scratchRows = 2 + plan.Network.FeatureCount
        + (2 * Tile.Padded(plan.Network.ProjectionSize)) + plan.Layers.Max(layer => layer.Gates);

    private readonly StateBlocks<TElement> _state = new(plan.Network);
    private readonly StateBlocks<TElement> _nextState = new(plan.Network);
    private TElement* _gradient;
    private TElement* _update;
    private long _count;
    private MomentCorrection _correction;
    private int _chunkCount;

    /// <summary>Makes the step.</summary>
    /// <param name="gradient">[N].</param>
    /// <param name="state">Before the step.</param>
    /// <param name="nextState">Its tensors receive the values after the step; may be the same ones.</param>
    /// <param name="update">Receives [N].</param>
    /// <exception cref="ArgumentException">They are not all of one N.</exception>
    internal void Run(Tensor gradient, TiledState state, TiledState nextState, Tensor update)
    {
        _count = gradient.NumberOfElements;
        _gradient = TensorMemory.Start<TElement>(gradient, _count);
        _update = TensorMemory.Start<TElement>(update, _count);
        _state.PointTo(state, _count);
        _nextState.PointTo(nextState, _count);
        _correction = MomentCorrection.At(_network, nextState.StepCount);
        _chunkCount = (int)Math.Clamp(Tile.CountFor(_count) / FewestTiles, 1, plan.Threads * ChunksPerThread);
        RunChunks(_chunkCount, plan.Threads);
    }

    /// <inheritdoc/>
    protected override void RunChunk(int chunk)
    {
        var buffer = plan.ForwardBuffers.Rent(_scratchRows * Tile.Lanes * sizeof(TElement));
        var tiles = Tile.CountFor(_count);
        var end = tiles * (chunk + 1) / _chunkCount;
        for (var tile = tiles * chunk / _chunkCount; tile < end; tile++)
        {
            RunTile(tile, (TElement*)buffer.Start);
        }

        plan.ForwardBuffers.Return(buffer);
    }

    private void RunTile(long tile, TElement* scratch)
    {
        var gradient = scratch;
        var update = gradient + Tile.Lanes;
        var features = update + Tile.Lanes;
        var projected = features + (_network.FeatureCount * Tile.Lanes);
        var gates = projected + (2 * Tile.Padded(_network.ProjectionSize) * Tile.Lanes);

        var first = tile * Tile.Lanes;
        var count = (int)Math.Min(Tile.Lanes, _count - first);
        var state = _state.At(tile);
        var nextState = _nextState.At(tile);

        TileRows.Load(_gradient + first, count, gradient);
        FeatureStage<TOps, TVector, TElement>.Forward(gradient, features, state, nextState, _network, _correction);
        var input = features;
        if (_network.ProjectionSize > 0)
        {
            var sums = projected + (Tile.Padded(_network.ProjectionSize) * Tile.Lanes);
            ProjectionStage<TOps, TVector, TElement>.Forward(_network, weights, features, sums, projected);
            input = projected;
        }

        state += _network.MomentCount * Tile.Lanes;
        nextState += _network.MomentCount * Tile.Lanes;
        for (var layer = 0; layer < plan.Layers.Length; layer++)
        {
            var (sizes, packed) = (plan.Layers[layer], weights.Layers[layer]);
            var cell = sizes.Hidden * Tile.Lanes;
            TileProduct<TOps, TVector, TElement>.Apply(
                gates, sizes.Gates, packed.Weights, packed.Bias, input, sizes.Inputs, state, sizes.Hidden);
            LstmStage<TOps, TVector, TElement>.Forward(gates, state + cell, nextState + cell, nextState, sizes.Hidden);
            input = nextState;
            state += 2 * cell;
            nextState += 2 * cell;
        }

        HeadStage<TOps, TVector, TElement>.Forward(input, _network, weights, update);
        new ReadOnlySpan<TElement>(update, count).CopyTo(new(_update + first, count));
    }
}
