using System.Numerics;
using L2O.Kernels;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Optimizers.Learned.Fused.Stages;
using L2O.Kernels.Vectors;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>
/// The gradient of phi over an unroll. Each tile's steps are computed again from the state before the first, this time
/// keeping what the way back needs, so that memory does not grow with the number of coordinates.
/// </summary>
/// <remarks>
/// Tiles are added up in chunks that depend on their number alone, and chunks in their order: the result has the same
/// bits for any number of threads.
/// </remarks>
internal sealed unsafe class MetaGradientPass<TOps, TVector, TElement> : ParallelLoop
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    private const int MostChunks = 32;

    // Records of as many steps as leave room in a second cache of half a MiB.
    private const int CachedBytes = 256 << 10;

    private readonly KernelPlan _plan;
    private readonly PackedWeights<TElement> _weights;
    private readonly CoordinatewiseNetwork _network;
    private readonly StepRecord _record;
    private readonly StateBlocks<TElement> _start;
    private readonly nint[] _gradients;
    private readonly nint[] _cotangents;
    private readonly MomentCorrection[] _corrections;
    private readonly long _count;
    private readonly int _steps;
    private readonly int _stepsTogether;
    private readonly int _lastLayer;
    private readonly int _workSize;
    private readonly int _sumsSize;
    private readonly int _chunkCount;
    private readonly int _totalsBytes;
    private readonly int _chunkBytes;
    private double* _totals;

    /// <summary>Prepares one unroll.</summary>
    /// <param name="plan">Of the network.</param>
    /// <param name="weights">Of its phi.</param>
    /// <param name="gradients">Each step's [N].</param>
    /// <param name="cotangents">Each step's [N].</param>
    /// <param name="start">Before the first step.</param>
    /// <exception cref="ArgumentException">They are not all of one N.</exception>
    /// <exception cref="L2O.Errors.ConfigException">The scratch memory would exceed what a buffer can have.</exception>
    internal MetaGradientPass(
        KernelPlan plan,
        PackedWeights<TElement> weights,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> cotangents,
        TiledState start)
    {
        (_plan, _weights, _network, _record) = (plan, weights, plan.Network, plan.Record);
        _count = gradients[0].NumberOfElements;
        _start = new(_network);
        _start.PointTo(start, _count);
        _gradients = [.. gradients.Select(Address)];
        _cotangents = [.. cotangents.Select(Address)];
        _steps = gradients.Count;
        _corrections =
            [.. Enumerable.Range(1, _steps).Select(step => MomentCorrection.At(_network, start.StepCount + step))];
        _stepsTogether = Math.Max(1, CachedBytes / (_record.Size * sizeof(TElement)));
        _lastLayer = _plan.Layers.Length - 1;

        // Beside the steps' records: moments, the gradient of the last layer's values, and for each layer the gradient
        // of the cell values and what the product of the way back gives.
        var workRows = 2 + _network.Hidden[^1] + _plan.Layers.Sum(layer => layer.Hidden + layer.BackwardRows);
        _workSize = workRows * Tile.Lanes;
        _chunkCount = (int)Math.Clamp(Tile.CountFor(_count), 1, MostChunks);
        var sumsSize = (long)_plan.Sums.Count * TOps.FoldedCount;
        _totalsBytes = AlignedBuffer.SizeOf<double>((long)_chunkCount * _plan.Sums.OfPhi.Length);
        _chunkBytes = AlignedBuffer.SizeOf<TElement>(((_steps + 1L) * _record.Size) + sumsSize + _workSize);
        _sumsSize = (int)sumsSize;
    }

    /// <summary>Adds the gradient up.</summary>
    /// <param name="metaGradient">Receives [P].</param>
    internal void Run(Span<TElement> metaGradient)
    {
        var buffer = _plan.TotalBuffers.Rent(_totalsBytes);
        _totals = (double*)buffer.Start;
        RunChunks(_chunkCount, _plan.Threads);
        Reduce(metaGradient);
        _plan.TotalBuffers.Return(buffer);
    }

    /// <inheritdoc/>
    protected override void RunChunk(int chunk)
    {
        var recordsSize = (_steps + 1) * _record.Size;
        var buffer = _plan.RecordBuffers.Rent(_chunkBytes);
        var sums = (TElement*)buffer.Start;
        var records = sums + _sumsSize;
        FillOnes(records);
        new Span<TElement>(sums, _sumsSize).Clear();
        var tiles = Tile.CountFor(_count);
        var end = tiles * (chunk + 1) / _chunkCount;
        for (var tile = tiles * chunk / _chunkCount; tile < end; tile++)
        {
            Forward(tile, records, records + recordsSize);
            Backward(records, records + recordsSize, sums);
        }

        Total(sums, _totals + (chunk * _plan.Sums.OfPhi.Length));
        _plan.RecordBuffers.Return(buffer);
    }

    private void FillOnes(TElement* records)
    {
        for (var t = 1; t <= _steps; t++)
        {
            foreach (var row in _record.Ones)
            {
                new Span<TElement>(records + (t * _record.Size) + row, Tile.Lanes).Fill(TElement.One);
            }
        }
    }

    private void Forward(long tile, TElement* records, TElement* moments)
    {
        var first = tile * Tile.Lanes;
        var count = (int)Math.Min(Tile.Lanes, _count - first);
        LoadState(_start.At(tile), records, moments);
        for (var t = 0; t < _steps; t++)
        {
            var previous = records + (t * _record.Size);
            var current = previous + _record.Size;

            // The cotangent's row serves the gradient until the features are known.
            var cotangent = current + _record.Cotangent;
            TileRows.Load((TElement*)_gradients[t] + first, count, cotangent);
            FeatureStage<TOps, TVector, TElement>.Forward(
                cotangent, current + _record.Features, moments, moments, _network, _corrections[t]);
            if (_network.ProjectionSize > 0)
            {
                ProjectionStage<TOps, TVector, TElement>.Forward(
                    _network,
                    _weights,
                    current + _record.Features,
                    current + _record.ProjectionGradient,
                    current + _record.Projected);
            }

            for (var layer = 0; layer <= _lastLayer; layer++)
            {
                var (sizes, packed, at) = (_plan.Layers[layer], _weights.Layers[layer], _record.Layers[layer]);
                var gates = current + at.Gates;
                TileProduct<TOps, TVector, TElement>.Apply(
                    gates,
                    sizes.Gates,
                    packed.Weights,
                    packed.Bias,
                    current + at.Input,
                    sizes.Inputs,
                    previous + at.Hidden,
                    sizes.Hidden);
                LstmStage<TOps, TVector, TElement>.ForwardAndKeep(
                    gates,
                    previous + at.Cell,
                    current + at.Cell,
                    current + at.TanhOfCell,
                    current + at.Hidden,
                    sizes.Hidden);
            }

            TileRows.Load((TElement*)_cotangents[t] + first, count, cotangent);
            HeadStage<TOps, TVector, TElement>.Backward(
                current + _record.Layers[_lastLayer].Hidden, _network, _weights, cotangent);
        }
    }

    private void LoadState(TElement* state, TElement* record, TElement* moments)
    {
        Copy(state, moments, _network.MomentCount);
        state += _network.MomentCount * Tile.Lanes;
        for (var layer = 0; layer <= _lastLayer; layer++)
        {
            var (size, at) = (_network.Hidden[layer], _record.Layers[layer]);
            Copy(state, record + at.Hidden, size);
            Copy(state + (size * Tile.Lanes), record + at.Cell, size);
            state += 2 * size * Tile.Lanes;
        }
    }

    // Weights' gradients of a few steps at a time, while these are in the cache.
    private void Backward(TElement* records, TElement* work, TElement* sums)
    {
        new Span<TElement>(work, _workSize).Clear();
        for (var end = _steps; end > 0; end -= _stepsTogether)
        {
            var start = Math.Max(0, end - _stepsTogether);
            StepsBack(records, work, start, end);
            AddWeightGradients(records + (start * _record.Size), sums, end - start);
        }
    }

    private void StepsBack(TElement* records, TElement* work, int start, int end)
    {
        var headGradient = work + (2 * Tile.Lanes);
        for (var t = end; t > start; t--)
        {
            var current = records + (t * _record.Size);
            var previous = current - _record.Size;
            HeadStage<TOps, TVector, TElement>.ToHidden(current + _record.Cotangent, _network, _weights, headGradient);
            var fromAbove = headGradient;
            var next = headGradient + (_network.Hidden[^1] * Tile.Lanes);
            for (var layer = _lastLayer; layer >= 0; layer--)
            {
                var (sizes, packed, at) = (_plan.Layers[layer], _weights.Layers[layer], _record.Layers[layer]);
                var cellGradient = next;
                var product = cellGradient + (sizes.Hidden * Tile.Lanes);
                LstmStage<TOps, TVector, TElement>.Backward(
                    current + at.Gates,
                    previous + at.Cell,
                    current + at.TanhOfCell,
                    fromAbove,
                    product + (sizes.InputGradients * Tile.Lanes),
                    cellGradient,
                    sizes.Hidden);
                TileProduct<TOps, TVector, TElement>.Apply(
                    product,
                    sizes.BackwardRows,
                    packed.Transposed,
                    _weights.Zeros,
                    current + at.Gates,
                    sizes.Gates,
                    null,
                    0);
                fromAbove = product;
                next = product + (sizes.BackwardRows * Tile.Lanes);
            }

            if (_network.ProjectionSize > 0)
            {
                ProjectionStage<TOps, TVector, TElement>.Backward(
                    current + _record.Projected,
                    fromAbove,
                    current + _record.ProjectionGradient,
                    _network.ProjectionSize);
            }
        }
    }

    private void AddWeightGradients(TElement* records, TElement* sums, int steps)
    {
        var current = records + _record.Size;
        if (_network.ProjectionSize > 0)
        {
            var width = _network.FeatureCount + 1;
            Accumulate(
                sums,
                width,
                current + _record.ProjectionGradient,
                Tile.Padded(_network.ProjectionSize),
                current + _record.Features,
                width,
                steps);
        }

        for (var layer = 0; layer <= _lastLayer; layer++)
        {
            var (sizes, at) = (_plan.Layers[layer], _record.Layers[layer]);
            var width = sizes.Inputs + 1 + sizes.Hidden;
            var matrix = sums + (_plan.Sums.Layers[layer] * TOps.FoldedCount);
            var hidden = matrix + ((sizes.Inputs + 1) * TOps.FoldedCount);
            Accumulate(matrix, width, current + at.Gates, sizes.Gates, current + at.Input, sizes.Inputs + 1, steps);
            Accumulate(hidden, width, current + at.Gates, sizes.Gates, records + at.Hidden, sizes.Hidden, steps);
        }

        Accumulate(
            sums + (_plan.Sums.Head * TOps.FoldedCount),
            1,
            current + _record.Layers[_lastLayer].Hidden,
            _plan.Sums.HeadRows,
            current + _record.Cotangent,
            1,
            steps);
    }

    private void Accumulate(
        TElement* sums, int stride, TElement* rows, int rowCount, TElement* columns, int columnCount, int steps) =>
        TileOuterProduct<TOps, TVector, TElement>.Accumulate(
            sums, stride, rows, rowCount, columns, columnCount, steps, _record.Size);

    // What a chunk gives each entry of phi.
    private void Total(TElement* sums, double* totals)
    {
        foreach (var sum in _plan.Sums.OfPhi)
        {
            var part = sums + (sum * TOps.FoldedCount);
            var total = 0.0;
            for (var lane = 0; lane < TOps.FoldedCount; lane++)
            {
                total += double.CreateTruncating(part[lane]);
            }

            *totals++ = total;
        }
    }

    private void Reduce(Span<TElement> gradient)
    {
        var totals = new Span<double>(_totals, _chunkCount * gradient.Length);
        var sum = totals[..gradient.Length];
        for (var chunk = 1; chunk < _chunkCount; chunk++)
        {
            var others = totals.Slice(chunk * gradient.Length, gradient.Length);
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] += others[i];
            }
        }

        for (var i = 0; i < gradient.Length; i++)
        {
            gradient[i] = TElement.CreateTruncating(sum[i]);
        }
    }

    private nint Address(Tensor tensor) => (nint)TensorMemory.Start<TElement>(tensor, _count);

    private static void Copy(TElement* source, TElement* destination, int rows) =>
        new ReadOnlySpan<TElement>(source, rows * Tile.Lanes).CopyTo(new(destination, rows * Tile.Lanes));
}
