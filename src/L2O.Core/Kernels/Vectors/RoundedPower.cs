using System.Numerics;
using System.Runtime.CompilerServices;

namespace L2O.Kernels.Vectors;

/// <summary>Powers of two for machines that round and scale by additions alone.</summary>
internal static class RoundedPower<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    /// <summary>As <see cref="IVectorOps{TVector, TElement}.PowerOfTwo"/>.</summary>
    /// <remarks>
    /// Adding 1.5 times the power of two whose last bit counts ones rounds to an integer and leaves it in the last bits.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Of(TVector t, double limit, out TVector rest)
    {
        t = TOps.AtLeast(TOps.Constant(-limit), TOps.AtMost(TOps.Constant(limit), t));
        var rounding = TOps.Constant(typeof(TElement) == typeof(float) ? 12582912 : 6755399441055744);
        var bits = TOps.Add(t, rounding);
        rest = TOps.Subtract(t, TOps.Subtract(bits, rounding));
        return TOps.ExponentFromLastBits(bits);
    }
}
