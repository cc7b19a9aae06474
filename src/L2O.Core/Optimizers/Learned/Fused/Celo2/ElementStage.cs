using System.Numerics;
using System.Runtime.CompilerServices;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused.Memory;

namespace L2O.Optimizers.Learned.Fused.Celo2;

/// <summary>What is done scalar by scalar: running means of gradients, and updates from directions; whole vectors first, then what is left one by one.</summary>
/// <remarks>
/// Means below <see cref="KernelCode.Negligible"/> count as 0: where a unit is dead they shrink without end, into numbers that are slow.
/// </remarks>
internal static unsafe class ElementStage<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>A mean of gradients.</summary>
    /// <param name="gradient">So many.</param>
    /// <param name="old">The mean before.</param>
    /// <param name="next">Receives it; may be the same.</param>
    /// <param name="count">Any.</param>
    /// <param name="decay">The old one's share.</param>
    [MethodImpl(KernelCode.Options)]
    internal static void OfGradients(TElement* gradient, TElement* old, TElement* next, long count, double decay)
    {
        var (keep, take, least) = (TOps.Constant(decay), TOps.Constant(1 - decay), TOps.Constant(KernelCode.Negligible));
        var i = 0L;
        for (; i + TOps.Count <= count; i += TOps.Count)
        {
            var mean = TOps.MultiplyAdd(keep, TOps.Load(old + i), TOps.Multiply(take, Clamped(gradient + i)));
            TOps.Store(next + i, TOps.ZeroBelow(least, mean));
        }

        if (i < count)
        {
            ElementStage<OpsScalar<TElement>, TElement, TElement>.OfGradients(gradient + i, old + i, next + i, count - i, decay);
        }
    }

    /// <summary>A mean of squared gradients.</summary>
    [MethodImpl(KernelCode.Options)]
    internal static void OfSquares(TElement* gradient, TElement* old, TElement* next, long count, double decay)
    {
        var (keep, take, least) = (TOps.Constant(decay), TOps.Constant(1 - decay), TOps.Constant(KernelCode.Negligible));
        var i = 0L;
        for (; i + TOps.Count <= count; i += TOps.Count)
        {
            var g = Clamped(gradient + i);
            var mean = TOps.MultiplyAdd(keep, TOps.Load(old + i), TOps.Multiply(take, TOps.Multiply(g, g)));
            TOps.Store(next + i, TOps.ZeroBelow(least, mean));
        }

        if (i < count)
        {
            ElementStage<OpsScalar<TElement>, TElement, TElement>.OfSquares(gradient + i, old + i, next + i, count - i, decay);
        }
    }

    /// <summary>Adds a row's squares to partial sums of the row, a group of them, and to the sums of the columns.</summary>
    [MethodImpl(KernelCode.Options)]
    internal static void AddSquares(TElement* gradient, int count, TElement* rowSums, TElement* columnSums)
    {
        var i = 0;
        for (; i + TOps.Count <= count; i += TOps.Count)
        {
            var g = Clamped(gradient + i);
            var square = TOps.Multiply(g, g);
            var lane = rowSums + (i % Tile.GroupLanes);
            TOps.Store(lane, TOps.Add(TOps.Load(lane), square));
            TOps.Store(columnSums + i, TOps.Add(TOps.Load(columnSums + i), square));
        }

        if (i < count)
        {
            ElementStage<OpsScalar<TElement>, TElement, TElement>.AddSquares(gradient + i, count - i, rowSums, columnSums + i);
        }
    }

    /// <summary>Updates from directions, in their place: a times direction plus b times theta.</summary>
    [MethodImpl(KernelCode.Options)]
    internal static void Update(TElement* directions, TElement* theta, long count, double a, double b)
    {
        var (ofDirection, ofTheta) = (TOps.Constant(a), TOps.Constant(b));
        var i = 0L;
        for (; i + TOps.Count <= count; i += TOps.Count)
        {
            var decay = TOps.Multiply(ofTheta, TOps.Load(theta + i));
            TOps.Store(directions + i, TOps.MultiplyAdd(ofDirection, TOps.Load(directions + i), decay));
        }

        if (i < count)
        {
            ElementStage<OpsScalar<TElement>, TElement, TElement>.Update(directions + i, theta + i, count - i, a, b);
        }
    }

    /// <summary>Gradients as the rule sees them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Clamped(TElement* gradient) => TOps.AtMost(
        TOps.Constant(Celo2Network.LargestGradient),
        TOps.AtLeast(TOps.Constant(-Celo2Network.LargestGradient), TOps.Load(gradient)));
}
