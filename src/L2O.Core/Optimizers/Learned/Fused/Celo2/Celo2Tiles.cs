using System.Numerics;
using L2O.Kernels.Vectors;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>Between where all scalars are and the rows of a tile.</summary>
/// <param name="network">Gives the sizes.</param>
/// <param name="operands">The step's, its means done.</param>
/// <param name="memory">Has the tables.</param>
internal sealed unsafe class Celo2Tiles<TOps, TVector, TElement>(
    Celo2Network network, Celo2Operands<TElement> operands, Celo2Memory<TElement> memory)
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>The features of a tile, 0 in the lanes to spare.</summary>
    internal void Features(ref Celo2Walk walk, TElement* features)
    {
        for (var group = 0; group < Tile.Lanes / Tile.GroupLanes; group++)
        {
            var to = features + (group * Tile.GroupLanes);
            var lanes = walk.Lanes(group);
            if (lanes == Tile.GroupLanes)
            {
                Celo2FeatureStage<TOps, TVector, TElement>.Forward(to, Group(walk, group), network.DecayCount);
            }
            else if (lanes > 0)
            {
                PartFeatures(to, Group(walk, group), lanes);
            }

            for (var row = 0; lanes < Tile.GroupLanes && row < network.FeatureCount; row++)
            {
                new Span<TElement>(to + (row * Tile.Lanes) + lanes, Tile.GroupLanes - lanes).Clear();
            }
        }
    }

    /// <summary>Copies what is of a tile, from where all scalars are to a row; 0 in the lanes to spare.</summary>
    internal static void Load(ref Celo2Walk walk, TElement* from, TElement* row)
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
    internal static void ClearSpare(ref Celo2Walk walk, TElement* row)
    {
        for (var group = 0; group < Tile.Lanes / Tile.GroupLanes; group++)
        {
            var lanes = walk.Lanes(group);
            new Span<TElement>(row + (group * Tile.GroupLanes) + lanes, Tile.GroupLanes - lanes).Clear();
        }
    }

    /// <summary>Copies a row to where the results are.</summary>
    internal void Save(ref Celo2Walk walk, TElement* row)
    {
        for (var group = 0; group < Tile.Lanes / Tile.GroupLanes; group++)
        {
            var lanes = walk.Lanes(group);
            new ReadOnlySpan<TElement>(row + (group * Tile.GroupLanes), lanes).CopyTo(new(operands.Result + walk.At(group), lanes));
        }
    }

    private Celo2Group<TElement> Group(in Celo2Walk walk, int group)
    {
        var (at, tensor) = (walk.At(group), walk.Tensor);
        return new()
        {
            Gradient = operands.Gradient + at,
            Theta = operands.Theta + at,
            Momenta = operands.NextMomenta + at,
            MomentaStride = operands.Layout.Count,
            MeanSquare = operands.NextMeanSquare + at,
            Row = memory.RowTable(walk.TensorIndex, 0) + walk.Row(group),
            RowStride = tensor.PaddedRows,
            Column = memory.ColumnTable(walk.TensorIndex, 0) + walk.Column(group),
            ColumnStride = tensor.PaddedColumns,
            AreRowsFirst = tensor.AreRowsFirst,
        };
    }

    // Of the end of a row: what follows it is another's.
    private void PartFeatures(TElement* features, Celo2Group<TElement> group, int lanes)
    {
        var whole = stackalloc TElement[(3 + network.DecayCount) * Tile.GroupLanes];
        new Span<TElement>(whole, (3 + network.DecayCount) * Tile.GroupLanes).Clear();
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
        for (var k = 0; k < network.DecayCount; k++)
        {
            Part(group.Momenta + (k * group.MomentaStride));
        }

        group.Momenta = momenta;
        group.MomentaStride = Tile.GroupLanes;
        Celo2FeatureStage<TOps, TVector, TElement>.Forward(features, group, network.DecayCount);
    }
}
