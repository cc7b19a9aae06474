using System.Numerics;
using L2O.Kernels.Vectors;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>The means that features are made of, after one more gradient.</summary>
/// <param name="network">Gives the decays.</param>
/// <param name="operands">The step's.</param>
/// <param name="memory">Receives sums and tables.</param>
internal sealed unsafe class Celo2Means<TOps, TVector, TElement>(
    Celo2Network network, Celo2Operands<TElement> operands, Celo2Memory<TElement> memory)
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>Means of a chunk's gradients, and sums of their squares.</summary>
    internal void OfChunk(int index)
    {
        var chunk = operands.Layout.Chunks[index];
        var tensor = operands.Layout.Tensors[chunk.Tensor];
        var start = tensor.Start + ((long)chunk.FirstRow * tensor.Columns);
        var count = (long)chunk.RowCount * tensor.Columns;
        var gradient = operands.Gradient + start;
        for (var k = 0; k < network.DecayCount; k++)
        {
            var at = (k * operands.Layout.Count) + start;
            ElementStage<TOps, TVector, TElement>.OfGradients(
                gradient, operands.Momenta + at, operands.NextMomenta + at, count, network.MomentumDecays[k]);
        }

        ElementStage<TOps, TVector, TElement>.OfSquares(
            gradient, operands.MeanSquare + start, operands.NextMeanSquare + start, count, network.RmsDecay);
        var columnSums = memory.ColumnSums(index);
        new Span<TElement>(columnSums, tensor.PaddedColumns).Clear();
        var rowSums = stackalloc TElement[Tile.GroupLanes];
        for (var row = 0; row < chunk.RowCount; row++)
        {
            new Span<TElement>(rowSums, Tile.GroupLanes).Clear();
            ElementStage<TOps, TVector, TElement>.AddSquares(
                gradient + ((long)row * tensor.Columns), tensor.Columns, rowSums, columnSums);
            memory.RowSums(chunk.Tensor)[chunk.FirstRow + row] =
                TElement.CreateTruncating(LaneSums<TOps, TVector, TElement>.Total(rowSums));
        }
    }

    /// <summary>Means over the rows and columns of a tensor, once all its chunks are done, and the tables of them.</summary>
    internal void OfTensor(int index)
    {
        var tensor = operands.Layout.Tensors[index];
        var columnSums = ColumnSums(index);
        for (var k = 0; k < network.DecayCount; k++)
        {
            if (tensor.IsMatrix)
            {
                Side(index, k, tensor.RowMeansStart, memory.RowSums(index), 1.0 / tensor.Columns, isRow: true);
                Side(index, k, tensor.ColumnMeansStart, columnSums, 1.0 / tensor.Rows, isRow: false);
                continue;
            }

            var means = memory.ColumnTable(index, 0) + (k * tensor.PaddedColumns);
            Means(k, tensor.MeansStart, columnSums, 1, tensor.Columns, means);
            SideStage<TOps, TVector, TElement>.Factors(
                means,
                tensor.Columns,
                tensor.PaddedColumns,
                1,
                FactoredMeans.FactorEpsilon,
                0,
                memory.ColumnTable(index, 2) + (k * tensor.PaddedColumns));

            // Its features are those of no matrix.
            new Span<TElement>(means, tensor.PaddedColumns).Clear();
            memory.RowTable(index, 2)[k * tensor.PaddedRows] = TElement.One;
        }
    }

    private TElement* ColumnSums(int tensor)
    {
        TElement* sums = null;
        for (var chunk = 0; chunk < operands.Layout.Chunks.Count; chunk++)
        {
            if (operands.Layout.Chunks[chunk].Tensor == tensor)
            {
                sums = sums is null ? memory.ColumnSums(chunk) : Added(sums, memory.ColumnSums(chunk), operands.Layout.Tensors[tensor].PaddedColumns);
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
        var tensor = operands.Layout.Tensors[index];
        var (count, padded) = isRow ? (tensor.Rows, tensor.PaddedRows) : (tensor.Columns, tensor.PaddedColumns);
        TElement* Table(int table) =>
            (isRow ? memory.RowTable(index, table) : memory.ColumnTable(index, table)) + ((long)k * padded);
        var means = Table(0);
        var roots = Table(1);
        Means(k, start, sums, share, count, means);
        SideStage<TOps, TVector, TElement>.InverseRoots(means, count, padded, roots);
        var isFirst = isRow == tensor.AreRowsFirst;
        var mean = isFirst ? SideStage<TOps, TVector, TElement>.Sum(means, count) / count : 0;
        var multiplier = isFirst ? 1 / (mean + FactoredMeans.FactorEpsilon) : 1;
        SideStage<TOps, TVector, TElement>.Factors(means, count, padded, multiplier, 0, FactoredMeans.FactorEpsilon, Table(2));
        var at = (index * network.FeatureCount) + network.VectorFeatureCount + (isFirst ? 0 : network.DecayCount) + k;
        memory.SideSquares[at] = LaneSums<TOps, TVector, TElement>.Products(means, means, padded) / count;
        memory.SideSquares[at + (2 * network.DecayCount)] = LaneSums<TOps, TVector, TElement>.Products(roots, roots, padded) / count;
    }

    private void Means(int k, long start, TElement* sums, double share, int count, TElement* means)
    {
        var at = (k * operands.Layout.MeanCount) + start;
        var padded = (count + Tile.GroupLanes - 1) / Tile.GroupLanes * Tile.GroupLanes;
        SideStage<TOps, TVector, TElement>.Means(
            sums, share, operands.Factored + at, operands.NextFactored + at, count, padded, network.FactoredDecays[k], means);
    }
}
