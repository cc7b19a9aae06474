using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Kernels.Vectors;

namespace L2O.Optimizees.Networks.Fused;

/// <summary>
/// The two products that a perceptron consists of, of rows wherever they are in memory. Rows have whole vectors, and their tables
/// whole blocks of four: a table that needs more repeats a row, whose results go nowhere.
/// </summary>
/// <remarks>Every sum runs over its terms in their order, in as many parts as a vector has lanes: no thread has a say in it.</remarks>
internal static unsafe class RowProducts<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    private const int Block = PerceptronSizes.Block;
    private const int MostFolded = 4;

    /// <summary>Row i, column j of the result is the inner product of a's row i and b's row j.</summary>
    /// <param name="a">A table of rows.</param>
    /// <param name="aCount">A multiple of four.</param>
    /// <param name="b">A table of rows.</param>
    /// <param name="bCount">A multiple of four.</param>
    /// <param name="width">Numbers in a row: whole vectors.</param>
    /// <param name="result">Receives aCount rows of bCount numbers.</param>
    /// <param name="stride">From one of its rows to the next.</param>
    /// <param name="isAdding">Adds to what is there.</param>
    [MethodImpl(KernelCode.Options)]
    internal static void Inner(
        TElement** a, int aCount, TElement** b, int bCount, int width, TElement* result, int stride, bool isAdding = false)
    {
        for (var i = 0; i < aCount; i += Block)
        {
            for (var j = 0; j < bCount; j += Block)
            {
                InnerBlock(a + i, b + j, width, result + j, stride, isAdding);
            }

            result += Block * stride;
        }
    }

    /// <summary>Row i of the result is the sum over j of factor (i, j) times b's row j.</summary>
    /// <param name="factors">Factor (0, 0).</param>
    /// <param name="rowStride">From a factor to the same of the next row.</param>
    /// <param name="columnStride">From a factor to that of the next j.</param>
    /// <param name="b">A table of rows, of any number.</param>
    /// <param name="bCount">How many.</param>
    /// <param name="start">The first number of each row that counts: whole vectors.</param>
    /// <param name="end">The first after them.</param>
    /// <param name="results">A table of rows, which receive numbers start to end.</param>
    /// <param name="resultCount">A multiple of four.</param>
    /// <param name="isAdding">Adds to what is there.</param>
    [MethodImpl(KernelCode.Options)]
    internal static void Combine(
        TElement* factors,
        int rowStride,
        int columnStride,
        TElement** b,
        int bCount,
        int start,
        int end,
        TElement** results,
        int resultCount,
        bool isAdding = false)
    {
        for (var i = 0; i < resultCount; i += Block)
        {
            var from = factors + (i * rowStride);
            var into = results + i;
            var k = start;
            for (; k + (Block * TOps.Count) <= end; k += Block * TOps.Count)
            {
                CombineFour(from, rowStride, columnStride, b, bCount, k, into, isAdding);
            }

            for (; k < end; k += TOps.Count)
            {
                CombineOne(from, rowStride, columnStride, b, bCount, k, into, isAdding);
            }
        }
    }

    [MethodImpl(KernelCode.Options)]
    private static void InnerBlock(TElement** a, TElement** b, int width, TElement* result, int stride, bool isAdding)
    {
        TElement* a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3];
        TElement* b0 = b[0], b1 = b[1], b2 = b[2], b3 = b[3];
        TVector s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33;
        s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = s20 = s21 = s22 = s23 = s30 = s31 = s32 = s33 = default;
        for (var k = 0; k < width; k += TOps.Count)
        {
            var (x0, x1, x2, x3) = (TOps.Load(b0 + k), TOps.Load(b1 + k), TOps.Load(b2 + k), TOps.Load(b3 + k));
            var y = TOps.Load(a0 + k);
            s00 = TOps.MultiplyAdd(y, x0, s00);
            s01 = TOps.MultiplyAdd(y, x1, s01);
            s02 = TOps.MultiplyAdd(y, x2, s02);
            s03 = TOps.MultiplyAdd(y, x3, s03);
            y = TOps.Load(a1 + k);
            s10 = TOps.MultiplyAdd(y, x0, s10);
            s11 = TOps.MultiplyAdd(y, x1, s11);
            s12 = TOps.MultiplyAdd(y, x2, s12);
            s13 = TOps.MultiplyAdd(y, x3, s13);
            y = TOps.Load(a2 + k);
            s20 = TOps.MultiplyAdd(y, x0, s20);
            s21 = TOps.MultiplyAdd(y, x1, s21);
            s22 = TOps.MultiplyAdd(y, x2, s22);
            s23 = TOps.MultiplyAdd(y, x3, s23);
            y = TOps.Load(a3 + k);
            s30 = TOps.MultiplyAdd(y, x0, s30);
            s31 = TOps.MultiplyAdd(y, x1, s31);
            s32 = TOps.MultiplyAdd(y, x2, s32);
            s33 = TOps.MultiplyAdd(y, x3, s33);
        }

        var parts = stackalloc TElement[Block * Block * MostFolded];
        new Span<TElement>(parts, Block * Block * TOps.FoldedCount).Clear();
        TOps.FoldAddFour(parts, s00, s01, s02, s03);
        TOps.FoldAddFour(parts + (Block * TOps.FoldedCount), s10, s11, s12, s13);
        TOps.FoldAddFour(parts + (2 * Block * TOps.FoldedCount), s20, s21, s22, s23);
        TOps.FoldAddFour(parts + (3 * Block * TOps.FoldedCount), s30, s31, s32, s33);
        for (var i = 0; i < Block; i++)
        {
            for (var j = 0; j < Block; j++)
            {
                var sum = parts[0];
                for (var part = 1; part < TOps.FoldedCount; part++)
                {
                    sum += parts[part];
                }

                result[j] = isAdding ? result[j] + sum : sum;
                parts += TOps.FoldedCount;
            }

            result += stride;
        }
    }

    [MethodImpl(KernelCode.Options)]
    private static void CombineFour(
        TElement* factors, int rowStride, int columnStride, TElement** b, int bCount, int k, TElement** results, bool isAdding)
    {
        TVector s00, s01, s02, s03, s10, s11, s12, s13, s20, s21, s22, s23, s30, s31, s32, s33;
        s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = s20 = s21 = s22 = s23 = s30 = s31 = s32 = s33 = default;
        if (isAdding)
        {
            Load(results[0] + k, out s00, out s01, out s02, out s03);
            Load(results[1] + k, out s10, out s11, out s12, out s13);
            Load(results[2] + k, out s20, out s21, out s22, out s23);
            Load(results[3] + k, out s30, out s31, out s32, out s33);
        }

        TElement* f1 = factors + rowStride, f2 = f1 + rowStride, f3 = f2 + rowStride;
        for (var j = 0; j < bCount; j++)
        {
            var row = b[j] + k;
            var (x0, x1) = (TOps.Load(row), TOps.Load(row + TOps.Count));
            var (x2, x3) = (TOps.Load(row + (2 * TOps.Count)), TOps.Load(row + (3 * TOps.Count)));
            var at = j * columnStride;
            var f = TOps.Create(factors[at]);
            s00 = TOps.MultiplyAdd(f, x0, s00);
            s01 = TOps.MultiplyAdd(f, x1, s01);
            s02 = TOps.MultiplyAdd(f, x2, s02);
            s03 = TOps.MultiplyAdd(f, x3, s03);
            f = TOps.Create(f1[at]);
            s10 = TOps.MultiplyAdd(f, x0, s10);
            s11 = TOps.MultiplyAdd(f, x1, s11);
            s12 = TOps.MultiplyAdd(f, x2, s12);
            s13 = TOps.MultiplyAdd(f, x3, s13);
            f = TOps.Create(f2[at]);
            s20 = TOps.MultiplyAdd(f, x0, s20);
            s21 = TOps.MultiplyAdd(f, x1, s21);
            s22 = TOps.MultiplyAdd(f, x2, s22);
            s23 = TOps.MultiplyAdd(f, x3, s23);
            f = TOps.Create(f3[at]);
            s30 = TOps.MultiplyAdd(f, x0, s30);
            s31 = TOps.MultiplyAdd(f, x1, s31);
            s32 = TOps.MultiplyAdd(f, x2, s32);
            s33 = TOps.MultiplyAdd(f, x3, s33);
        }

        Store(results[0] + k, s00, s01, s02, s03);
        Store(results[1] + k, s10, s11, s12, s13);
        Store(results[2] + k, s20, s21, s22, s23);
        Store(results[3] + k, s30, s31, s32, s33);
    }

    [MethodImpl(KernelCode.Options)]
    private static void CombineOne(
        TElement* factors, int rowStride, int columnStride, TElement** b, int bCount, int k, TElement** results, bool isAdding)
    {
        TVector s0, s1, s2, s3;
        s0 = s1 = s2 = s3 = default;
        if (isAdding)
        {
            (s0, s1) = (TOps.Load(results[0] + k), TOps.Load(results[1] + k));
            (s2, s3) = (TOps.Load(results[2] + k), TOps.Load(results[3] + k));
        }

        TElement* f1 = factors + rowStride, f2 = f1 + rowStride, f3 = f2 + rowStride;
        for (var j = 0; j < bCount; j++)
        {
            var x = TOps.Load(b[j] + k);
            var at = j * columnStride;
            s0 = TOps.MultiplyAdd(TOps.Create(factors[at]), x, s0);
            s1 = TOps.MultiplyAdd(TOps.Create(f1[at]), x, s1);
            s2 = TOps.MultiplyAdd(TOps.Create(f2[at]), x, s2);
            s3 = TOps.MultiplyAdd(TOps.Create(f3[at]), x, s3);
        }

        TOps.Store(results[0] + k, s0);
        TOps.Store(results[1] + k, s1);
        TOps.Store(results[2] + k, s2);
        TOps.Store(results[3] + k, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(TElement* from, out TVector a, out TVector b, out TVector c, out TVector d)
    {
        a = TOps.Load(from);
        b = TOps.Load(from + TOps.Count);
        c = TOps.Load(from + (2 * TOps.Count));
        d = TOps.Load(from + (3 * TOps.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TElement* to, TVector a, TVector b, TVector c, TVector d)
    {
        TOps.Store(to, a);
        TOps.Store(to + TOps.Count, b);
        TOps.Store(to + (2 * TOps.Count), c);
        TOps.Store(to + (3 * TOps.Count), d);
    }
}
