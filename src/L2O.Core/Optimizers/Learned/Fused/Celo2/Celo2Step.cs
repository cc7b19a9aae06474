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
    private readonly Action<int> _means;
    private readonly Action<int> _sides;
    private readonly Action<int> _squares;
    private readonly Action<int> _directions;
    private readonly Action<int> _updates;
    private Action<int> _phase;
    private TElement* _gradient;
    private TElement* _theta;
    private FusedCelo2State? _state;
    private TElement* _momenta;
    private TElement* _nextMomenta;
    private TElement* _meanSquare;
    private TElement* _nextMeanSquare;
    private TElement* _factored;
    private TElement* _nextFactored;
    private TElement* _result;
    private double _rate;

    /// <summary>Steps of a network.</summary>
    internal Celo2Step(Celo2Plan plan)
    {
        _plan = plan;
        Memory = new(plan.Network);
        (_means, _sides, _squares, _directions, _updates) = (Means, Sides, Squares, Directions, Updates);
        _phase = _means;
    }

    /// <summary>What is computed.</summary>
    protected Celo2Network Network => _plan.Network;

    /// <summary>Where a tile's values are.</summary>
    protected Celo2Record Record => _plan.Record;

    /// <summary>Of records.</summary>
    protected BufferPool Buffers => _plan.Buffers;

    /// <summary>Tables and sums.</summary>
    protected Celo2Memory<TElement> Memory { get; }

    /// <summary>Of the step's optimizee.</summary>
    protected Celo2Layout Layout { get; private set; } = new(new([]));

    /// <summary>Of the step's phi.</summary>
    protected Celo2Weights<TElement>? Weights { get; private set; }

    /// <summary>What directions are multiplied with, beside themselves: [N]; null for none.</summary>
    protected TElement* Cotangent { get; set; }

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
        FindDirections(weights, gradient, theta, state, next, update);
        RunPhase(_updates, Layout.Chunks.Count);
        Release();
    }

    /// <summary>The first part of a step: directions, and <see cref="Celo2Memory{TElement}.Directions"/>.</summary>
    protected void FindDirections(
        Celo2Weights<TElement> weights, Tensor gradient, Tensor theta, FusedCelo2State state, FusedCelo2State next, Tensor directions)
    {
        (Layout, Weights, _state) = (state.Layout, weights, state);
        var count = Layout.Count;
        var meanCount = Network.DecayCount * Layout.MeanCount;
        Memory.Prepare(Layout);
        _gradient = TensorMemory.Start<TElement>(gradient, count);
        _theta = TensorMemory.Start<TElement>(theta, count);
        _momenta = TensorMemory.Start<TElement>(state.Momenta, Network.DecayCount * count);
        _nextMomenta = TensorMemory.Start<TElement>(next.Momenta, Network.DecayCount * count);
        _meanSquare = TensorMemory.Start<TElement>(state.MeanSquare, count);
        _nextMeanSquare = TensorMemory.Start<TElement>(next.MeanSquare, count);
        _factored = TensorMemory.Start<TElement>(state.Factored, meanCount);
        _nextFactored = TensorMemory.Start<TElement>(next.Factored, meanCount);
        _result = TensorMemory.Start<TElement>(directions, count);
        _rate = Network.RateAt(state.StepCount);
        RunPhase(_means, Layout.Chunks.Count);
        RunPhase(_sides, Layout.Tensors.Count);
        RunPhase(_squares, Layout.Chunks.Count);
        Scale();
        RunPhase(_directions, Layout.Chunks.Count);
    }

    /// <summary>Lets go of what the step was of.</summary>
    protected void Release() => (Weights, _state) = (null, null);

    /// <summary>Runs a part of a step over all chunks, or all tensors.</summary>
    protected void RunPhase(Action<int> phase, int count)
    {
        _phase = phase;
        RunChunks(count, (int)Math.Clamp(Layout.TileCount / FewestTiles, 1, _plan.Threads));
    }

    /// <inheritdoc/>
    protected override void RunChunk(int chunk) => _phase(chunk);

    /// <summary>What makes updates of a tensor's directions: a times the direction, less b times it where their cotangents are wanted.</summary>
    /// <param name="tensor">Its number.</param>
    /// <param name="products">The mean of directions times cotangents, a's part in b.</param>
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
        return -_rate * inverse;
    }

    /// <summary>The features of a tile, 0 in the lanes to spare.</summary>
    protected void Features(ref Celo2Walk walk, TElement* features)
    {
        for (var group = 0; group < Tile.Lanes / Tile.GroupLanes; group++)
        {
            var to = features + (group * Tile.GroupLanes);
            var lanes = walk.Lanes(group);
            if (lanes == Tile.GroupLanes)
            {
                Celo2FeatureStage<TOps, TVector, TElement>.Forward(to, Group(walk, group), Network.DecayCount);
            }
            else if (lanes > 0)
            {
                PartFeatures(to, Group(walk, group), lanes);
            }

            for (var row = 0; lanes < Tile.GroupLanes && row < Network.FeatureCount; row++)
            {
                new Span<TElement>(to + (row * Tile.Lanes) + lanes, Tile.GroupLanes - lanes).Clear();
            }
        }
    }

    /// <summary>Copies what is of a tile, from where all scalars are to a row; 0 in the lanes to spare.</summary>
    protected static void Load(ref Celo2Walk walk, TElement* from, TElement* row)
    {
        for (var group = 0; group < Tile.Lanes / Tile.GroupLanes; group++)
        {
            var to = row + (group * Tile.GroupLanes);
            var lanes = walk.Lanes(group);
            new ReadOnlySpan<TElement>(from + walk.At(group), lanes).CopyTo(new(to, lanes));
            new Span<TElement>(to + lanes, Tile.GroupLanes - lanes).Clear();
        }
    }

    /// <summary>Makes a row 0 in the lanes to spare.</summary>
    protected static void ClearSpare(ref Celo2Walk walk, TElement* row)
    {
        for (var group = 0; group < Tile.Lanes / Tile.GroupLanes; group++)
        {
            var lanes = walk.Lanes(group);
            new Span<TElement>(row + (group * Tile.GroupLanes) + lanes, Tile.GroupLanes - lanes).Clear();
        }
    }

    private void Means(int index)
    {
        var chunk = Layout.Chunks[index];
        var tensor = Layout.Tensors[chunk.Tensor];
        var start = tensor.Start + ((long)chunk.FirstRow * tensor.Columns);
        var count = (long)chunk.RowCount * tensor.Columns;
        var gradient = _gradient + start;
        for (var k = 0; k < Network.DecayCount; k++)
        {
            var at = (k * Layout.Count) + start;
            MeanStage<TOps, TVector, TElement>.OfGradients(
                gradient, _momenta + at, _nextMomenta + at, count, Network.MomentumDecays[k]);
        }

        MeanStage<TOps, TVector, TElement>.OfSquares(
            gradient, _meanSquare + start, _nextMeanSquare + start, count, Network.RmsDecay);
        var columnSums = Memory.ColumnSums(index);
        new Span<TElement>(columnSums, tensor.PaddedColumns).Clear();
        var rowSums = stackalloc TElement[Tile.GroupLanes];
        for (var row = 0; row < chunk.RowCount; row++)
        {
            new Span<TElement>(rowSums, Tile.GroupLanes).Clear();
            MeanStage<TOps, TVector, TElement>.AddSquares(
                gradient + ((long)row * tensor.Columns), tensor.Columns, rowSums, columnSums);
            Memory.RowSums(chunk.Tensor)[chunk.FirstRow + row] =
                TElement.CreateTruncating(LaneSums<TOps, TVector, TElement>.Total(rowSums));
        }
    }

    private void Sides(int index)
    {
        var tensor = Layout.Tensors[index];
        var columnSums = ColumnSums(index);
        for (var k = 0; k < Network.DecayCount; k++)
        {
            if (tensor.IsMatrix)
            {
                Side(index, k, tensor.RowMeansStart, Memory.RowSums(index), 1.0 / tensor.Columns, isRow: true);
                Side(index, k, tensor.ColumnMeansStart, columnSums, 1.0 / tensor.Rows, isRow: false);
                continue;
            }

            var means = Memory.ColumnTable(index, 0) + (k * tensor.PaddedColumns);
            Means(k, tensor.MeansStart, columnSums, 1, tensor.Columns, means);
            SideStage<TOps, TVector, TElement>.Factors(
                means,
                tensor.Columns,
                tensor.PaddedColumns,
                1,
                FactoredMeans.FactorEpsilon,
                0,
                Memory.ColumnTable(index, 2) + (k * tensor.PaddedColumns));

            // Its features are those of no matrix.
            new Span<TElement>(means, tensor.PaddedColumns).Clear();
            Memory.RowTable(index, 2)[k * tensor.PaddedRows] = TElement.One;
        }
    }

    private TElement* ColumnSums(int tensor)
    {
        TElement* sums = null;
        for (var chunk = 0; chunk < Layout.Chunks.Count; chunk++)
        {
            if (Layout.Chunks[chunk].Tensor == tensor)
            {
                sums = sums is null ? Memory.ColumnSums(chunk) : Added(sums, Memory.ColumnSums(chunk), Layout.Tensors[tensor].PaddedColumns);
            }
        }

        return sums;
    }

    private static TElement* Added(TElement* sums, TElement* others, int count)
    {
        for (var i = 0; i < count; i += TOps.Count)
        {
            TOps.Store(sums + i, TOps.Add(TOps.Load(sums + i), TOps.Load(others + i)));
        }

        return sums;
    }

    private void Side(int index, int k, long start, TElement* sums, double share, bool isRow)
    {
        var tensor = Layout.Tensors[index];
        var (count, padded) = isRow ? (tensor.Rows, tensor.PaddedRows) : (tensor.Columns, tensor.PaddedColumns);
        TElement* Table(int table) =>
            (isRow ? Memory.RowTable(index, table) : Memory.ColumnTable(index, table)) + ((long)k * padded);
        var means = Table(0);
        var roots = Table(1);
        Means(k, start, sums, share, count, means);
        SideStage<TOps, TVector, TElement>.InverseRoots(means, count, padded, roots);
        var isFirst = isRow == tensor.AreRowsFirst;
        var mean = isFirst ? SideStage<TOps, TVector, TElement>.Sum(means, count) / count : 0;
        var multiplier = isFirst ? 1 / (mean + FactoredMeans.FactorEpsilon) : 1;
        SideStage<TOps, TVector, TElement>.Factors(means, count, padded, multiplier, 0, FactoredMeans.FactorEpsilon, Table(2));
        var at = (index * Network.FeatureCount) + Network.VectorFeatureCount + (isFirst ? 0 : Network.DecayCount) + k;
        Memory.SideSquares[at] = LaneSums<TOps, TVector, TElement>.Products(means, means, padded) / count;
        Memory.SideSquares[at + (2 * Network.DecayCount)] = LaneSums<TOps, TVector, TElement>.Products(roots, roots, padded) / count;
    }

    private void Means(int k, long start, TElement* sums, double share, int count, TElement* means)
    {
        var at = (k * Layout.MeanCount) + start;
        var padded = (count + Tile.GroupLanes - 1) / Tile.GroupLanes * Tile.GroupLanes;
        SideStage<TOps, TVector, TElement>.Means(
            sums, share, _factored + at, _nextFactored + at, count, padded, Network.FactoredDecays[k], means);
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
            Features(ref walk, features);
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

    // One over each feature's root mean square, as a part of the first layer's weights.
    private void Scale()
    {
        var (first, features) = (Weights!.Layers[0], Network.FeatureCount);
        Span<double> squares = stackalloc double[features];
        for (int tensor = 0, chunk = 0; tensor < Layout.Tensors.Count; tensor++)
        {
            Memory.SideSquares.AsSpan(tensor * features, features).CopyTo(squares);
            squares[..Network.VectorFeatureCount].Clear();
            squares[^Network.DecayCount..].Clear();
            for (; chunk < Layout.Chunks.Count && Layout.Chunks[chunk].Tensor == tensor; chunk++)
            {
                for (var feature = 0; feature < features; feature++)
                {
                    squares[feature] += Memory.FeatureSquares[(chunk * features) + feature] / Layout.Tensors[tensor].Count;
                }
            }

            var scales = Memory.Scales.AsSpan(tensor * features, features);
            for (var feature = 0; feature < features; feature++)
            {
                scales[feature] = !Layout.Tensors[tensor].IsMatrix && feature >= Network.VectorFeatureCount
                    ? 0
                    : 1 / Math.Sqrt(squares[feature] + Celo2Network.NormEpsilon);
            }

            ScaleWeights(first, scales, Memory.FirstWeights(tensor));
        }
    }

    private static void ScaleWeights(Celo2Layer<TElement> layer, ReadOnlySpan<double> scales, TElement* scaled)
    {
        var weights = layer.Weights;
        for (var block = 0; block < Tile.Padded(layer.Outputs); block += Tile.RowBlock)
        {
            foreach (var scale in scales)
            {
                var factor = TElement.CreateTruncating(scale);
                for (var row = 0; row < Tile.RowBlock; row++)
                {
                    *scaled++ = *weights++ * factor;
                }
            }
        }
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
            Features(ref walk, tile + Record.Inputs[0]);
            PerceptronStage<TOps, TVector, TElement>.Forward(
                Weights!, Memory.FirstWeights(chunk.Tensor), Record, Network.ExpMult, tile);
            ClearSpare(ref walk, direction);
            LaneSums<TOps, TVector, TElement>.AddProducts(direction, direction, 1, sums);
            if (Cotangent is not null)
            {
                Load(ref walk, Cotangent, cotangent);
                LaneSums<TOps, TVector, TElement>.AddProducts(direction, cotangent, 1, sums + Tile.GroupLanes);
            }

            Save(ref walk, direction);
        }

        Memory.Directions[index] = (
            LaneSums<TOps, TVector, TElement>.Total(sums),
            LaneSums<TOps, TVector, TElement>.Total(sums + Tile.GroupLanes));
        Buffers.Return(buffer);
    }

    private void Save(ref Celo2Walk walk, TElement* row)
    {
        for (var group = 0; group < Tile.Lanes / Tile.GroupLanes; group++)
        {
            var lanes = walk.Lanes(group);
            new ReadOnlySpan<TElement>(row + (group * Tile.GroupLanes), lanes).CopyTo(new(_result + walk.At(group), lanes));
        }
    }

    private void Updates(int index)
    {
        var chunk = Layout.Chunks[index];
        var tensor = Layout.Tensors[chunk.Tensor];
        var start = tensor.Start + ((long)chunk.FirstRow * tensor.Columns);
        MeanStage<TOps, TVector, TElement>.Update(
            _result + start,
            _theta + start,
            (long)chunk.RowCount * tensor.Columns,
            Normalization(chunk.Tensor, out _),
            -_rate * Network.WeightDecay);
    }

    private Celo2Group<TElement> Group(in Celo2Walk walk, int group)
    {
        var (at, tensor) = (walk.At(group), walk.Tensor);
        return new()
        {
            Gradient = _gradient + at,
            Theta = _theta + at,
            Momenta = _nextMomenta + at,
            MomentaStride = Layout.Count,
            MeanSquare = _nextMeanSquare + at,
            Row = Memory.RowTable(walk.TensorIndex, 0) + walk.Row(group),
            RowStride = tensor.PaddedRows,
            Column = Memory.ColumnTable(walk.TensorIndex, 0) + walk.Column(group),
            ColumnStride = tensor.PaddedColumns,
            AreRowsFirst = tensor.AreRowsFirst,
        };
    }

    // Of the end of a row: what follows it is another's.
    private void PartFeatures(TElement* features, Celo2Group<TElement> group, int lanes)
    {
        var whole = stackalloc TElement[(3 + Network.DecayCount) * Tile.GroupLanes];
        new Span<TElement>(whole, (3 + Network.DecayCount) * Tile.GroupLanes).Clear();
        var next = whole;
        TElement* Part(TElement* values)
        {
            var start = next;
            new ReadOnlySpan<TElement>(values, lanes).CopyTo(new(start, lanes));
            next += Tile.GroupLanes;
            return start;
        }

        group.Gradient = Part(group.Gradient);
        group.Theta = Part(group.Theta);
        group.MeanSquare = Part(group.MeanSquare);
        var momenta = next;
        for (var k = 0; k < Network.DecayCount; k++)
        {
            Part(group.Momenta + (k * group.MomentaStride));
        }

        group.Momenta = momenta;
        group.MomentaStride = Tile.GroupLanes;
        Celo2FeatureStage<TOps, TVector, TElement>.Forward(features, group, Network.DecayCount);
    }
}
