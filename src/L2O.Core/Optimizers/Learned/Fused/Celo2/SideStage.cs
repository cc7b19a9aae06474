using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Optimizers.Learned.Coordinatewise;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>Means of squares along one side of a matrix, and what features are made of them. Tables are whole groups, 0 after their end.</summary>
internal static unsafe class SideStage<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>The means after one more gradient.</summary>
    /// <param name="sums">Of the gradient's squares.</param>
    /// <param name="share">What makes means of them.</param>
    /// <param name="old">The state's means before, so many.</param>
    /// <param name="next">Receives those after it; may be the same.</param>
    /// <param name="count">How many.</param>
    /// <param name="padded">Numbers in a table.</param>
    /// <param name="decay">The old ones' share.</param>
    /// <param name="means">A table that receives them too.</param>
    [MethodImpl(KernelCode.Options)]
    internal static void Means(
        TElement* sums, double share, TElement* old, TElement* next, int count, int padded, double decay, TElement* means)
    {
        new ReadOnlySpan<TElement>(old, count).CopyTo(new(means, count));
        var (keep, take, part) = (TOps.Constant(decay), TOps.Constant(1 - decay), TOps.Constant(share));
        var epsilon = TOps.Constant(FactoredMeans.SquareEpsilon);
        for (var i = 0; i < padded; i += TOps.Count)
        {
            var mean = TOps.MultiplyAdd(part, TOps.Load(sums + i), epsilon);
            TOps.Store(means + i, TOps.MultiplyAdd(keep, TOps.Load(means + i), TOps.Multiply(take, mean)));
        }

        ClearEnd(means, count, padded);
        new ReadOnlySpan<TElement>(means, count).CopyTo(new(next, count));
    }

    /// <summary>One over the roots of means.</summary>
    [MethodImpl(KernelCode.Options)]
    internal static void InverseRoots(TElement* means, int count, int padded, TElement* roots)
    {
        var (one, epsilon) = (TOps.Constant(1), TOps.Constant(FactoredMeans.RootEpsilon));
        for (var i = 0; i < padded; i += TOps.Count)
        {
            TOps.Store(roots + i, TOps.Divide(one, TOps.Sqrt(TOps.Add(TOps.Load(means + i), epsilon))));
        }

        ClearEnd(roots, count, padded);
    }

    /// <summary>What gradients are multiplied by: one over the root of means times a number plus another, at least a third.</summary>
    [MethodImpl(KernelCode.Options)]
    internal static void Factors(
        TElement* means, int count, int padded, double multiplier, double added, double least, TElement* factors)
    {
        var (one, times, plus, bound) = (TOps.Constant(1), TOps.Constant(multiplier), TOps.Constant(added), TOps.Constant(least));
        for (var i = 0; i < padded; i += TOps.Count)
        {
            var value = TOps.AtLeast(bound, TOps.MultiplyAdd(times, TOps.Load(means + i), plus));
            TOps.Store(factors + i, TOps.Divide(one, TOps.Sqrt(value)));
        }

        ClearEnd(factors, count, padded);
    }

    /// <summary>The sum of a table's numbers.</summary>
    internal static double Sum(TElement* table, int count)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            sum += double.CreateTruncating(table[i]);
        }

        return sum;
    }

    private static void ClearEnd(TElement* table, int count, int padded) =>
        new Span<TElement>(table + count, padded - count).Clear();
}
