using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using L2O.Kernels;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Kernels.Vectors;

namespace L2O.Optimizers.Learned.Fused.Stages;

/// <summary>Gradients of weights: sums, over steps and over the lanes of a tile, of rows times rows.</summary>
internal static unsafe class TileOuterProduct<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    // Four by four sums and their operands need 21 registers; x86 without AVX-512 has 16.
    private static bool HasManyRegisters => Vector512.IsHardwareAccelerated || AdvSimd.IsSupported;

    /// <summary>sums[r, c] += sum over steps and lanes of rows[r] columns[c].</summary>
    /// <param name="sums"><see cref="IVectorOps{TVector, TElement}.FoldedCount"/> partial sums for each pair.</param>
    /// <param name="stride">Pairs from one row of sums to the next.</param>
    /// <param name="rows">At the first step.</param>
    /// <param name="rowCount">A multiple of <see cref="Tile.RowBlock"/>.</param>
    /// <param name="columns">At the first step.</param>
    /// <param name="columnCount">Any.</param>
    /// <param name="steps">How many.</param>
    /// <param name="stepSize">Elements from one step to the next.</param>
    internal static void Accumulate(
        TElement* sums,
        int stride,
        TElement* rows,
        int rowCount,
        TElement* columns,
        int columnCount,
        int steps,
        int stepSize)
    {
        for (var row = 0; row < rowCount; row += Tile.RowBlock)
        {
            var column = 0;
            for (; HasManyRegisters && column + 4 <= columnCount; column += 4)
            {
                FourByFour(At(sums, column), stride, rows, columns + (column * Tile.Lanes), steps, stepSize);
            }

            for (; column + 2 <= columnCount; column += 2)
            {
                FourByTwo(At(sums, column), stride, rows, columns + (column * Tile.Lanes), steps, stepSize);
            }

            if (column < columnCount)
            {
                FourByOne(At(sums, column), stride, rows, columns + (column * Tile.Lanes), steps, stepSize);
            }

            sums += Tile.RowBlock * stride * TOps.FoldedCount;
            rows += Tile.RowBlock * Tile.Lanes;
        }
    }

    private static TElement* At(TElement* sums, int column) => sums + (column * TOps.FoldedCount);

    [MethodImpl(KernelCode.Options)]
    private static void FourByFour(
        TElement* sums, int stride, TElement* rows, TElement* columns, int steps, int stepSize)
    {
        TVector a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3;
        a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = c0 = c1 = c2 = c3 = d0 = d1 = d2 = d3 = default;
        for (var step = 0; step < steps; step++)
        {
            for (var lane = 0; lane < Tile.Lanes; lane += TOps.Count)
            {
                var row0 = TOps.Load(rows + lane);
                var row1 = TOps.Load(rows + lane + Tile.Lanes);
                var row2 = TOps.Load(rows + lane + (2 * Tile.Lanes));
                var row3 = TOps.Load(rows + lane + (3 * Tile.Lanes));
                var x = TOps.Load(columns + lane);
                a0 = TOps.MultiplyAdd(row0, x, a0);
                b0 = TOps.MultiplyAdd(row1, x, b0);
                c0 = TOps.MultiplyAdd(row2, x, c0);
                d0 = TOps.MultiplyAdd(row3, x, d0);
                x = TOps.Load(columns + lane + Tile.Lanes);
                a1 = TOps.MultiplyAdd(row0, x, a1);
                b1 = TOps.MultiplyAdd(row1, x, b1);
                c1 = TOps.MultiplyAdd(row2, x, c1);
                d1 = TOps.MultiplyAdd(row3, x, d1);
                x = TOps.Load(columns + lane + (2 * Tile.Lanes));
                a2 = TOps.MultiplyAdd(row0, x, a2);
                b2 = TOps.MultiplyAdd(row1, x, b2);
                c2 = TOps.MultiplyAdd(row2, x, c2);
                d2 = TOps.MultiplyAdd(row3, x, d2);
                x = TOps.Load(columns + lane + (3 * Tile.Lanes));
                a3 = TOps.MultiplyAdd(row0, x, a3);
                b3 = TOps.MultiplyAdd(row1, x, b3);
                c3 = TOps.MultiplyAdd(row2, x, c3);
                d3 = TOps.MultiplyAdd(row3, x, d3);
            }

            rows += stepSize;
            columns += stepSize;
        }

        var row = stride * TOps.FoldedCount;
        TOps.FoldAddFour(sums, a0, a1, a2, a3);
        TOps.FoldAddFour(sums + row, b0, b1, b2, b3);
        TOps.FoldAddFour(sums + (2 * row), c0, c1, c2, c3);
        TOps.FoldAddFour(sums + (3 * row), d0, d1, d2, d3);
    }

    [MethodImpl(KernelCode.Options)]
    private static void FourByTwo(
        TElement* sums, int stride, TElement* rows, TElement* columns, int steps, int stepSize)
    {
        TVector a0, a1, b0, b1, c0, c1, d0, d1;
        a0 = a1 = b0 = b1 = c0 = c1 = d0 = d1 = default;
        for (var step = 0; step < steps; step++)
        {
            for (var lane = 0; lane < Tile.Lanes; lane += TOps.Count)
            {
                var x0 = TOps.Load(columns + lane);
                var x1 = TOps.Load(columns + lane + Tile.Lanes);
                var row = TOps.Load(rows + lane);
                a0 = TOps.MultiplyAdd(row, x0, a0);
                a1 = TOps.MultiplyAdd(row, x1, a1);
                row = TOps.Load(rows + lane + Tile.Lanes);
                b0 = TOps.MultiplyAdd(row, x0, b0);
                b1 = TOps.MultiplyAdd(row, x1, b1);
                row = TOps.Load(rows + lane + (2 * Tile.Lanes));
                c0 = TOps.MultiplyAdd(row, x0, c0);
                c1 = TOps.MultiplyAdd(row, x1, c1);
                row = TOps.Load(rows + lane + (3 * Tile.Lanes));
                d0 = TOps.MultiplyAdd(row, x0, d0);
                d1 = TOps.MultiplyAdd(row, x1, d1);
            }

            rows += stepSize;
            columns += stepSize;
        }

        Fold(sums, stride, a0, b0, c0, d0);
        Fold(sums + TOps.FoldedCount, stride, a1, b1, c1, d1);
    }

    [MethodImpl(KernelCode.Options)]
    private static void FourByOne(
        TElement* sums, int stride, TElement* rows, TElement* columns, int steps, int stepSize)
    {
        TVector a = default, b = default, c = default, d = default;
        for (var step = 0; step < steps; step++)
        {
            for (var lane = 0; lane < Tile.Lanes; lane += TOps.Count)
            {
                var x = TOps.Load(columns + lane);
                a = TOps.MultiplyAdd(TOps.Load(rows + lane), x, a);
                b = TOps.MultiplyAdd(TOps.Load(rows + lane + Tile.Lanes), x, b);
                c = TOps.MultiplyAdd(TOps.Load(rows + lane + (2 * Tile.Lanes)), x, c);
                d = TOps.MultiplyAdd(TOps.Load(rows + lane + (3 * Tile.Lanes)), x, d);
            }

            rows += stepSize;
            columns += stepSize;
        }

        Fold(sums, stride, a, b, c, d);
    }

    private static void Fold(TElement* sums, int stride, TVector a, TVector b, TVector c, TVector d)
    {
        var row = stride * TOps.FoldedCount;
        TOps.FoldAdd(sums, a);
        TOps.FoldAdd(sums + row, b);
        TOps.FoldAdd(sums + (2 * row), c);
        TOps.FoldAdd(sums + (3 * row), d);
    }
}
