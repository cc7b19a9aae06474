using System.Numerics;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Optimizers.Learned.Fused.Stages;
using static TorchSharp.torch;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>What one step gives to the gradient of phi: as means do not depend on phi, no step has a part in another's.</summary>
internal sealed unsafe class Celo2MetaStep<TOps, TVector, TElement> : Celo2Step<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    // Records of as many tiles as leave room in a second cache of half a MiB.
    private const int CachedBytes = 256 << 10;

    private readonly Action<int> _backward;
    private readonly int _tilesTogether;
    private readonly int _sumCount;
    private double[] _totals = [];
    private int _phiCount;

    /// <summary>Steps of a network.</summary>
    internal Celo2MetaStep(Celo2Plan plan)
        : base(plan)
    {
        _backward = Backward;
        _tilesTogether = Math.Max(1, CachedBytes / (Record.Size * sizeof(TElement)));
        var sizes = Network.Sizes;
        for (var layer = 1; layer < sizes.Length; layer++)
        {
            _sumCount += Tile.Padded(sizes[layer]) * (sizes[layer - 1] + 1);
            _phiCount += sizes[layer] * (sizes[layer - 1] + 1);
        }
    }

    /// <summary>Makes the step in the state's memory, and adds the gradient of &lt;cotangent, update&gt; to that of others.</summary>
    /// <param name="weights">Of phi.</param>
    /// <param name="gradient">[N].</param>
    /// <param name="theta">[N].</param>
    /// <param name="state">Before the step; receives the values after it.</param>
    /// <param name="cotangent">[N].</param>
    /// <param name="directions">Memory for [N].</param>
    /// <param name="sum">[P].</param>
    internal void Add(
        Celo2Weights<TElement> weights,
        Tensor gradient,
        Tensor theta,
        FusedCelo2State state,
        Tensor cotangent,
        Tensor directions,
        Span<double> sum)
    {
        Operands.PointTo(Network, gradient, theta, state, state, directions, cotangent);
        FindDirections(weights);
        var chunks = Layout.Chunks.Count;
        if (_totals.Length < chunks * _phiCount)
        {
            _totals = new double[chunks * _phiCount];
        }

        RunPhase(_backward, chunks);
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            for (var i = 0; i < _phiCount; i++)
            {
                sum[i] += _totals[(chunk * _phiCount) + i];
            }
        }
    }

    private void Backward(int index)
    {
        var chunk = Layout.Chunks[index];
        var buffer = Buffers.Rent(AlignedBuffer.SizeOf<TElement>(
            ((long)_sumCount * TOps.FoldedCount) + ((long)_tilesTogether * Record.Size)));
        var sums = (TElement*)buffer.Start;
        var records = sums + (_sumCount * TOps.FoldedCount);
        new Span<TElement>(sums, (_sumCount * TOps.FoldedCount) + (_tilesTogether * Record.Size)).Clear();
        FillOnes(records);
        var factor = Normalization(chunk.Tensor, out var products);
        Celo2Walk walk = new(Layout, chunk);
        var count = 0;
        while (walk.Next())
        {
            TileBack(ref walk, factor, products, records + (count * Record.Size));
            if (++count == _tilesTogether)
            {
                AddWeightGradients(records, sums, count);
                count = 0;
            }
        }

        AddWeightGradients(records, sums, count);
        Total(sums, Memory.Scales.AsSpan(chunk.Tensor * Network.FeatureCount, Network.FeatureCount), _totals.AsSpan(index * _phiCount));
        Buffers.Return(buffer);
    }

    private void FillOnes(TElement* records)
    {
        for (var tile = 0; tile < _tilesTogether; tile++)
        {
            foreach (var row in Record.Ones)
            {
                new Span<TElement>(records + (tile * Record.Size) + row, Tile.Lanes).Fill(TElement.One);
            }
        }
    }

    // With u the cotangent of updates, s the directions and q one over their root mean square, that of directions is
    // -rate q (u - q^2 s mean(u s)).
    private void TileBack(ref Celo2Walk walk, double factor, double products, TElement* tile)
    {
        var direction = tile + Record.Direction;
        var cotangent = tile + Record.Cotangents[^1];
        Tiles.Features(ref walk, tile + Record.Inputs[0]);
        PerceptronStage<TOps, TVector, TElement>.Forward(
            Weights!, Memory.FirstWeights(walk.TensorIndex), Record, Network.ExpMult, tile);
        Celo2Tiles<TOps, TVector, TElement>.ClearSpare(ref walk, direction);
        Celo2Tiles<TOps, TVector, TElement>.Load(ref walk, Operands.Cotangent, cotangent);
        var (ofCotangent, ofDirection) = (TOps.Constant(factor), TOps.Constant(-factor * products));
        for (var lane = 0; lane < Tile.Lanes; lane += TOps.Count)
        {
            TOps.Store(
                cotangent + lane,
                TOps.MultiplyAdd(
                    ofCotangent,
                    TOps.Load(cotangent + lane),
                    TOps.Multiply(ofDirection, TOps.Load(direction + lane))));
        }

        PerceptronStage<TOps, TVector, TElement>.Backward(Weights!, Record, Network.ExpMult, tile);
    }

    private void AddWeightGradients(TElement* records, TElement* sums, int tiles)
    {
        foreach (var (l, layer) in Weights!.Layers.Index())
        {
            TileOuterProduct<TOps, TVector, TElement>.Accumulate(
                sums,
                layer.Inputs + 1,
                records + Record.Cotangents[l],
                Tile.Padded(layer.Outputs),
                records + Record.Inputs[l],
                layer.Inputs + 1,
                tiles,
                Record.Size);
            sums += Tile.Padded(layer.Outputs) * (layer.Inputs + 1) * TOps.FoldedCount;
        }
    }

    // Phi has each layer's weights before its biases, and features divided by their root mean square.
    private void Total(TElement* sums, ReadOnlySpan<double> scales, Span<double> totals)
    {
        foreach (var (l, layer) in Weights!.Layers.Index())
        {
            var biases = totals[(layer.Inputs * layer.Outputs)..];
            for (var output = 0; output < layer.Outputs; output++)
            {
                for (var input = 0; input <= layer.Inputs; input++)
                {
                    var total = 0.0;
                    for (var part = 0; part < TOps.FoldedCount; part++)
                    {
                        total += double.CreateTruncating(sums[(((output * (layer.Inputs + 1)) + input) * TOps.FoldedCount) + part]);
                    }

                    if (input == layer.Inputs)
                    {
                        biases[output] = total;
                    }
                    else
                    {
                        totals[(output * layer.Inputs) + input] = l == 0 ? total * scales[input] : total;
                    }
                }
            }

            totals = biases[layer.Outputs..];
            sums += Tile.Padded(layer.Outputs) * (layer.Inputs + 1) * TOps.FoldedCount;
        }
    }
}
