using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Optimizers.Learned.Fused.Memory;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>
/// Sums of products, in a partial sum for each lane of a group, whatever the registers: as accurate with the narrowest as with the widest.
/// </summary>
internal static unsafe class LaneSums<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>Adds the products of rows of a tile to the rows' partial sums.</summary>
    /// <param name="a">Rows.</param>
    /// <param name="b">As many; may be the same.</param>
    /// <param name="rows">How many.</param>
    /// <param name="sums">A group for each row.</param>
    [MethodImpl(KernelCode.Options)]
    internal static void AddProducts(TElement* a, TElement* b, int rows, TElement* sums)
    {
        for (var row = 0; row < rows; row++)
        {
            Add(a, b, Tile.Lanes, sums);
            a += Tile.Lanes;
            b += Tile.Lanes;
            sums += Tile.GroupLanes;
        }
    }

    /// <summary>The sum of so many numbers times others, whole groups.</summary>
    [MethodImpl(KernelCode.Options)]
    internal static double Products(TElement* a, TElement* b, int count)
    {
        var sums = stackalloc TElement[Tile.GroupLanes];
        new Span<TElement>(sums, Tile.GroupLanes).Clear();
        Add(a, b, count, sums);
        return Total(sums);
    }

    /// <summary>The sum of partial sums.</summary>
    internal static double Total(TElement* sums)
    {
        var total = 0.0;
        for (var lane = 0; lane < Tile.GroupLanes; lane++)
        {
            total += double.CreateTruncating(sums[lane]);
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(TElement* a, TElement* b, int count, TElement* sums)
    {
        for (var lane = 0; lane < Tile.GroupLanes; lane += TOps.Count)
        {
            var sum = TOps.Load(sums + lane);
            for (var i = lane; i < count; i += Tile.GroupLanes)
            {
                sum = TOps.MultiplyAdd(TOps.Load(a + i), TOps.Load(b + i), sum);
            }

            TOps.Store(sums + lane, sum);
        }
    }
}
