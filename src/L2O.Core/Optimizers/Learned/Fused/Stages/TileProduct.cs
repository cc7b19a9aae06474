using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Kernels.Vectors;

namespace L2O.Optimizers.Learned.Fused.Stages;

/// <summary>An affine map of the rows of a tile: weights times rows, plus a bias.</summary>
/// <remarks>
/// Four rows by three vectors of sums: twelve registers, with three for the inputs and one for a weight the sixteen
/// that AVX2 has. Wider shapes gain nothing on 32 registers and lose a third on 16.
/// </remarks>
internal static unsafe class TileProduct<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>output[m] = bias[m] + sum_k weights[m, k] inputs[k].</summary>
    /// <param name="output">As many rows as there are weights' rows.</param>
    /// <param name="rowCount">A multiple of <see cref="Tile.RowBlock"/>.</param>
    /// <param name="weights">For each block of rows the weights of each input in turn.</param>
    /// <param name="bias">One for each row.</param>
    /// <param name="first">The first input rows.</param>
    /// <param name="firstCount">How many.</param>
    /// <param name="second">The input rows that follow them.</param>
    /// <param name="secondCount">How many; may be none.</param>
    internal static void Apply(
        TElement* output,
        int rowCount,
        TElement* weights,
        TElement* bias,
        TElement* first,
        int firstCount,
        TElement* second,
        int secondCount)
    {
        for (var lane = 0; lane < Tile.Lanes; lane += 3 * TOps.Count)
        {
            Stripe(output + lane, rowCount, weights, bias, first + lane, firstCount, second + lane, secondCount);
        }
    }

    [MethodImpl(KernelCode.Options)]
    private static void Stripe(
        TElement* output,
        int rowCount,
        TElement* weights,
        TElement* bias,
        TElement* first,
        int firstCount,
        TElement* second,
        int secondCount)
    {
        var n = TOps.Count;
        for (var row = 0; row < rowCount; row += Tile.RowBlock)
        {
            TVector a0, a1, a2, b0, b1, b2, c0, c1, c2, d0, d1, d2;
            a0 = a1 = a2 = TOps.Create(bias[0]);
            b0 = b1 = b2 = TOps.Create(bias[1]);
            c0 = c1 = c2 = TOps.Create(bias[2]);
            d0 = d1 = d2 = TOps.Create(bias[3]);
            bias += Tile.RowBlock;

            var input = first;
            var count = firstCount;
            for (var part = 0; part < 2; part++)
            {
                for (var k = 0; k < count; k++)
                {
                    var x0 = TOps.Load(input);
                    var x1 = TOps.Load(input + n);
                    var x2 = TOps.Load(input + (2 * n));
                    var w = TOps.Create(weights[0]);
                    a0 = TOps.MultiplyAdd(w, x0, a0);
                    a1 = TOps.MultiplyAdd(w, x1, a1);
                    a2 = TOps.MultiplyAdd(w, x2, a2);
                    w = TOps.Create(weights[1]);
                    b0 = TOps.MultiplyAdd(w, x0, b0);
                    b1 = TOps.MultiplyAdd(w, x1, b1);
                    b2 = TOps.MultiplyAdd(w, x2, b2);
                    w = TOps.Create(weights[2]);
                    c0 = TOps.MultiplyAdd(w, x0, c0);
                    c1 = TOps.MultiplyAdd(w, x1, c1);
                    c2 = TOps.MultiplyAdd(w, x2, c2);
                    w = TOps.Create(weights[3]);
                    d0 = TOps.MultiplyAdd(w, x0, d0);
                    d1 = TOps.MultiplyAdd(w, x1, d1);
                    d2 = TOps.MultiplyAdd(w, x2, d2);
                    weights += Tile.RowBlock;
                    input += Tile.Lanes;
                }

                input = second;
                count = secondCount;
            }

            Store(output, a0, a1, a2);
            Store(output + Tile.Lanes, b0, b1, b2);
            Store(output + (2 * Tile.Lanes), c0, c1, c2);
            Store(output + (3 * Tile.Lanes), d0, d1, d2);
            output += Tile.RowBlock * Tile.Lanes;
        }
    }

    private static void Store(TElement* row, TVector x0, TVector x1, TVector x2)
    {
        TOps.Store(row, x0);
        TOps.Store(row + TOps.Count, x1);
        TOps.Store(row + (2 * TOps.Count), x2);
    }
}
