using System.Numerics;
using System.Runtime.CompilerServices;

namespace L2O.Optimizers.Learned.Fused;

/// <summary>
/// Sigmoid and tanh by one power of two: 2^t = 2^n (1 + u) with an integer n and |t - n| at most 1/2. Arguments are cut
/// where the results no longer change, so that nothing overflows; NaN stays NaN.
/// </summary>
internal static class Activations<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    private const double Log2E = 1.4426950408889634;

    private static bool IsSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TElement) == typeof(float);
    }

    /// <summary>1 / (1 + exp(-x)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Sigmoid(TVector x) => TOps.Divide(TOps.Constant(1), OnePlusExpMinus(x));

    /// <summary>tanh(x), to full relative accuracy near zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Tanh(TVector x)
    {
        var e = ExpOfTwiceMinusOne(x);
        return TOps.Divide(e, TOps.Add(e, TOps.Constant(2)));
    }

    /// <summary>x above zero, exp(x) - 1 below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Elu(TVector x)
    {
        var negative = TOps.Multiply(TOps.AtMost(TOps.Constant(0), x), TOps.Constant(0.5));
        return TOps.Add(TOps.AtLeast(TOps.Constant(0), x), ExpOfTwiceMinusOne(negative));
    }

    /// <summary>1 + exp(-x): one over the sigmoid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector OnePlusExpMinus(TVector x)
    {
        PowerOfTwo(TOps.Multiply(x, TOps.Constant(-Log2E)), IsSingle ? 126 : 1022, out var scale, out var excess);
        return TOps.Add(TOps.MultiplyAdd(excess, scale, scale), TOps.Constant(1));
    }

    /// <summary>exp(2x) - 1 = e, of which tanh(x) is e / (e + 2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector ExpOfTwiceMinusOne(TVector x)
    {
        PowerOfTwo(TOps.Multiply(x, TOps.Constant(2 * Log2E)), IsSingle ? 27 : 60, out var scale, out var excess);
        return TOps.MultiplyAdd(excess, scale, TOps.Subtract(scale, TOps.Constant(1)));
    }

    // Adding 1.5 times the power of two whose last bit counts ones rounds to an integer and leaves it in the last bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PowerOfTwo(TVector t, double limit, out TVector scale, out TVector excess)
    {
        t = TOps.AtLeast(TOps.Constant(-limit), TOps.AtMost(TOps.Constant(limit), t));
        var rounding = TOps.Constant(IsSingle ? 12582912 : 6755399441055744);
        var bits = TOps.Add(t, rounding);
        var r = TOps.Subtract(t, TOps.Subtract(bits, rounding));
        scale = TOps.PowerOfTwo(bits);
        excess = TOps.Multiply(IsSingle ? SinglePolynomial(r) : DoublePolynomial(r), r);
    }

    // (2^r - 1) / r on [-1/2, 1/2]: least largest relative error, 1.1e-8 (found by Remez's algorithm).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SinglePolynomial(TVector r)
    {
        var q = TOps.Constant(0.00015403512773157053);
        q = TOps.MultiplyAdd(q, r, TOps.Constant(0.001339073547816191));
        q = TOps.MultiplyAdd(q, r, TOps.Constant(0.009618237493694542));
        q = TOps.MultiplyAdd(q, r, TOps.Constant(0.055503574336351655));
        q = TOps.MultiplyAdd(q, r, TOps.Constant(0.24022649794966677));
        return TOps.MultiplyAdd(q, r, TOps.Constant(0.6931471879266922));
    }

    // The same by Taylor's series, ln(2)^k / k!; the first term left out is 4e-18.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector DoublePolynomial(TVector r)
    {
        var q = TOps.Constant(1.3691488853904124e-12);
        q = TOps.MultiplyAdd(q, r, TOps.Constant(2.5678435993488196e-11));
        q = TOps.MultiplyAdd(q, r, TOps.Constant(4.44553827187081e-10));
        q = TOps.MultiplyAdd(q, r, TOps.Constant(7.054911620801121e-09));
        q = TOps.MultiplyAdd(q, r, TOps.Constant(1.0178086009239696e-07));
        q = TOps.MultiplyAdd(q, r, TOps.Constant(1.3215486790144305e-06));
        q = TOps.MultiplyAdd(q, r, TOps.Constant(1.5252733804059838e-05));
        q = TOps.MultiplyAdd(q, r, TOps.Constant(0.00015403530393381606));
        q = TOps.MultiplyAdd(q, r, TOps.Constant(0.0013333558146428441));
        q = TOps.MultiplyAdd(q, r, TOps.Constant(0.009618129107628477));
        q = TOps.MultiplyAdd(q, r, TOps.Constant(0.055504108664821576));
        q = TOps.MultiplyAdd(q, r, TOps.Constant(0.2402265069591007));
        return TOps.MultiplyAdd(q, r, TOps.Constant(0.6931471805599453));
    }
}
