using System.Numerics;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>
/// One step of every tensor. Four times over the scalars: their means, the features' mean squares, the directions that the network
/// makes of the features, and the directions divided by their root mean square. Features are computed twice rather than kept.
/// </summary>
/// <remarks>Sums are those of chunks, added up in their order: the bits are the same for any number of threads.</remarks>
internal unsafe class Celo2Step<TOps, TVector, TElement> : ParallelLoop
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    // Below so many tiles to a thread, help comes too late.
    private const int FewestTiles = 64;

    private readonly Celo2Plan _plan;
    private readonly Celo2Scales<TElement> _scales;
    private readonly Action<int> _meansOfChunk;
    private readonly Action<int> _meansOfTensor;
    private readonly Action<int> _squares;
    private readonly Action<int> _directions;
    private readonly Action<int> _updates;
    private Action<int> _phase;

    /// <summary>Steps of a network.</summary>
    internal Celo2Step(Celo2Plan plan)
    {
        _plan = plan;
        Memory = new(plan.Network);
        Tiles = new(plan.Network, Operands, Memory);
        _scales = new(plan.Network, Operands, Memory);
        Celo2Means<TOps, TVector, TElement> means = new(plan.Network, Operands, Memory);
        (_meansOfChunk, _meansOfTensor) = (means.OfChunk, means.OfTensor);
        (_squares, _directions, _updates) = (Squares, Directions, Updates);
        _phase = _updates;
    }

    /// <summary>What is computed.</summary>
    protected Celo2Network Network => _plan.Network;

    /// <summary>Where a tile's values are.</summary>
    protected Celo2Record Record => _plan.Record;

    /// <summary>Of records.</summary>
    protected BufferPool Buffers => _plan.Buffers;

    /// <summary>The step's.</summary>
    protected Celo2Operands<TElement> Operands { get; } = new();

    /// <summary>Tables and sums.</summary>
    protected Celo2Memory<TElement> Memory { get; }

    /// <summary>The rows of tiles.</summary>
    protected Celo2Tiles<TOps, TVector, TElement> Tiles { get; }

    /// <summary>Of the step's phi.</summary>
    protected Celo2Weights<TElement>? Weights { get; private set; }

    /// <summary>Of the step's optimizee.</summary>
    protected Celo2Layout Layout => Operands.Layout;

    /// <summary>Makes the step.</summary>
    /// <param name="weights">Of its phi.</param>
    /// <param name="gradient">[N].</param>
    /// <param name="theta">[N].</param>
    /// <param name="state">Before the step.</param>
    /// <param name="next">Its tensors receive the values after the step; may be the same ones.</param>
    /// <param name="update">Receives [N].</param>
    internal void Run(
        Celo2Weights<TElement> weights, Tensor gradient, Tensor theta, FusedCelo2State state, FusedCelo2State next, Tensor update)
    {
        Operands.PointTo(Network, gradient, theta, state, next, update, cotangent: null);
        FindDirections(weights);
        RunPhase(_updates, Layout.Chunks.Count);
    }

    /// <summary>The first part of the operands' step: directions, and <see cref="Celo2Memory{TElement}.Directions"/>.</summary>
    protected void FindDirections(Celo2Weights<TElement> weights)
    {
        Weights = weights;
        Memory.Prepare(Layout);
        RunPhase(_meansOfChunk, Layout.Chunks.Count);
        RunPhase(_meansOfTensor, Layout.Tensors.Count);
        RunPhase(_squares, Layout.Chunks.Count);
        _scales.Find(weights.Layers[0]);
        RunPhase(_directions, Layout.Chunks.Count);
    }

    /// <summary>Runs a part of a step over all chunks, or all tensors.</summary>
    protected void RunPhase(Action<int> phase, int count)
    {
        _phase = phase;
        RunChunks(count, (int)Math.Clamp(Layout.TileCount / FewestTiles, 1, _plan.Threads));
    }

    /// <inheritdoc/>
    protected override void RunChunk(int chunk) => _phase(chunk);

    /// <summary>What updates are of a tensor's directions s: minus the learning rate times q, one over their root mean square.</summary>
    /// <param name="tensor">Its number.</param>
    /// <param name="products">With the updates' cotangents u, q^2 times the mean of u s.</param>
    protected double Normalization(int tensor, out double products)
    {
        double squares = 0, product = 0;
        for (var chunk = 0; chunk < Layout.Chunks.Count; chunk++)
        {
            if (Layout.Chunks[chunk].Tensor == tensor)
            {
                squares += Memory.Directions[chunk].Squares;
                product += Memory.Directions[chunk].Products;
            }
        }

        var inverse = 1 / Math.Sqrt((squares / Layout.Tensors[tensor].Count) + Celo2Network.NormEpsilon);
        products = product / Layout.Tensors[tensor].Count * inverse * inverse;
        return -Operands.Rate * inverse;
    }

    private void Squares(int index)
    {
        var buffer = Buffers.Rent((Record.Size + (Network.FeatureCount * Tile.GroupLanes)) * sizeof(TElement));
        var features = (TElement*)buffer.Start;
        var sums = features + Record.Size;
        new Span<TElement>(sums, Network.FeatureCount * Tile.GroupLanes).Clear();
        var (own, last) = (Network.VectorFeatureCount, Network.FeatureCount - Network.DecayCount);
        Celo2Walk walk = new(Layout, Layout.Chunks[index]);
        while (walk.Next())
        {
            Tiles.Features(ref walk, features);
            var lastRows = features + (last * Tile.Lanes);
            LaneSums<TOps, TVector, TElement>.AddProducts(features, features, own, sums);
            LaneSums<TOps, TVector, TElement>.AddProducts(lastRows, lastRows, Network.DecayCount, sums + (last * Tile.GroupLanes));
        }

        for (var feature = 0; feature < Network.FeatureCount; feature++)
        {
            Memory.FeatureSquares[(index * Network.FeatureCount) + feature] =
                LaneSums<TOps, TVector, TElement>.Total(sums + (feature * Tile.GroupLanes));
        }

        Buffers.Return(buffer);
    }

    private void Directions(int index)
    {
        var buffer = Buffers.Rent((Record.Size + (2 * Tile.GroupLanes)) * sizeof(TElement));
        var tile = (TElement*)buffer.Start;
        var sums = tile + Record.Size;
        new Span<TElement>(sums, 2 * Tile.GroupLanes).Clear();
        var chunk = Layout.Chunks[index];
        var direction = tile + Record.Direction;
        var cotangent = tile + Record.Cotangents[^1];
        Celo2Walk walk = new(Layout, chunk);
        while (walk.Next())
        {
            Tiles.Features(ref walk, tile + Record.Inputs[0]);
            PerceptronStage<TOps, TVector, TElement>.Forward(
                Weights!, Memory.FirstWeights(chunk.Tensor), Record, Network.ExpMult, tile);
            Celo2Tiles<TOps, TVector, TElement>.ClearSpare(ref walk, direction);
            LaneSums<TOps, TVector, TElement>.AddProducts(direction, direction, 1, sums);
            if (Operands.Cotangent is not null)
            {
                Celo2Tiles<TOps, TVector, TElement>.Load(ref walk, Operands.Cotangent, cotangent);
                LaneSums<TOps, TVector, TElement>.AddProducts(direction, cotangent, 1, sums + Tile.GroupLanes);
            }

            Tiles.Save(ref walk, direction);
        }

        Memory.Directions[index] = (
            LaneSums<TOps, TVector, TElement>.Total(sums),
            LaneSums<TOps, TVector, TElement>.Total(sums + Tile.GroupLanes));
        Buffers.Return(buffer);
    }

    private void Updates(int index)
    {
        var chunk = Layout.Chunks[index];
        var tensor = Layout.Tensors[chunk.Tensor];
        var start = tensor.Start + ((long)chunk.FirstRow * tensor.Columns);
        ElementStage<TOps, TVector, TElement>.Update(
            Operands.Result + start,
            Operands.Theta + start,
            (long)chunk.RowCount * tensor.Columns,
            Normalization(chunk.Tensor, out _),
            -Operands.Rate * Network.WeightDecay);
    }
}
