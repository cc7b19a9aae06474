using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>Where the values of one group of coordinates are, which lie in one row of a tensor.</summary>
internal unsafe struct Celo2Group<TElement>
    where TElement : unmanaged
{
    internal TElement* Gradient;
    internal TElement* Theta;
    internal TElement* Momenta;
    internal long MomentaStride;
    internal TElement* MeanSquare;

    /// <summary>The row's entry in the first table of rows, and numbers from a decay to the next.</summary>
    internal TElement* Row;
    internal int RowStride;

    /// <summary>The first column's entry in the first table of columns, and numbers from a decay to the next.</summary>
    internal TElement* Column;
    internal int ColumnStride;

    /// <summary>Whether features of rows come before those of columns.</summary>
    internal bool AreRowsFirst;
}

/// <summary>What Celo2's network sees of a group of coordinates, not yet divided by its root mean square.</summary>
internal static unsafe class Celo2FeatureStage<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>Writes the features.</summary>
    /// <param name="features">The group's place in the first row of a tile's features.</param>
    /// <param name="group">Whole.</param>
    /// <param name="k">Decays.</param>
    [MethodImpl(KernelCode.Options)]
    internal static void Forward(TElement* features, in Celo2Group<TElement> group, int k)
    {
        const int Row = Tile.Lanes;
        var (one, epsilon, cut) =
            (TOps.Constant(1), TOps.Constant(Celo2Network.RootEpsilon), TOps.Constant(Celo2Network.CutGradient));
        var (rowTable, columnTable) = (k * group.RowStride, k * group.ColumnStride);
        var ofMatrices = features + ((6 + (3 * k)) * Row);
        var rows = ofMatrices + ((group.AreRowsFirst ? 0 : k) * Row);
        var columns = ofMatrices + ((group.AreRowsFirst ? k : 0) * Row);
        for (var lane = 0; lane < Tile.GroupLanes; lane += TOps.Count)
        {
            var to = features + lane;
            var g = ElementStage<TOps, TVector, TElement>.Clamped(group.Gradient + lane);
            TOps.Store(to, g);
            TOps.Store(to + Row, TOps.AtMost(cut, TOps.AtLeast(TOps.Subtract(TOps.Constant(0), cut), g)));
            TOps.Store(to + (2 * Row), TOps.Load(group.Theta + lane));
            var v = TOps.Load(group.MeanSquare + lane);
            var inverseRoot = TOps.Divide(one, TOps.Sqrt(TOps.Add(v, epsilon)));
            TOps.Store(to + ((3 + k) * Row), v);
            TOps.Store(to + ((4 + (2 * k)) * Row), inverseRoot);
            TOps.Store(to + ((5 + (3 * k)) * Row), TOps.Multiply(g, inverseRoot));
            var momenta = group.Momenta + lane;
            var row = group.Row;
            var column = group.Column + lane;
            to += 3 * Row;
            for (var i = 0; i < k; i++)
            {
                var m = TOps.Load(momenta);
                TOps.Store(to, m);
                TOps.Store(to + ((1 + k) * Row), TOps.Multiply(m, inverseRoot));
                var factor = TOps.Multiply(TOps.Create(row[2 * rowTable]), TOps.Load(column + (2 * columnTable)));
                TOps.Store(to + ((2 + (2 * k)) * Row), TOps.Multiply(g, factor));
                TOps.Store(ofMatrices + lane + (((4 * k) + i) * Row), TOps.Multiply(m, factor));
                TOps.Store(rows + lane + (i * Row), TOps.Create(row[0]));
                TOps.Store(rows + lane + (((2 * k) + i) * Row), TOps.Create(row[rowTable]));
                TOps.Store(columns + lane + (i * Row), TOps.Load(column));
                TOps.Store(columns + lane + (((2 * k) + i) * Row), TOps.Load(column + columnTable));
                momenta += group.MomentaStride;
                row += group.RowStride;
                column += group.ColumnStride;
                to += Row;
            }
        }
    }
}
