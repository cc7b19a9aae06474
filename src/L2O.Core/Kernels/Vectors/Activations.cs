using System.Numerics;
using System.Runtime.CompilerServices;

namespace L2O.Kernels.Vectors;

/// <summary>
/// What sigmoid and tanh multiply their argument by to have it as the exponent of a power of two. Weights of gates are
/// packed with it, so that each gate's argument is an exponent already.
/// </summary>
internal static class Exponents
{
    internal const double OfSigmoid = -1.4426950408889634;
    internal const double OfTanh = 2 * 1.4426950408889634;
}

/// <summary>
/// Sigmoid and tanh by one power of two: 2^t = 2^n (1 + u) with an integer n and |t - n| at most 1/2. Arguments are cut
/// where the results no longer change, so that nothing overflows; NaN stays NaN.
/// </summary>
internal static class Activations<TOps, TVector, TElement>
    where TOps : IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
{
    private static bool IsSingle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(TElement) == typeof(float);
    }

    /// <summary>tanh(x), to full relative accuracy near zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Tanh(TVector x)
    {
        var e = PowerOfTwoLessOne(TOps.Multiply(x, TOps.Constant(Exponents.OfTanh)));
        return TOps.Divide(e, TOps.Add(e, TOps.Constant(2)));
    }

    /// <summary>1 / (1 + exp(-x)); at most 2^-48 off (in float64 2^-480) where it is less than that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Sigmoid(TVector x) => TOps.Divide(
        TOps.Constant(1), OnePlusPowerOfTwo(TOps.Multiply(x, TOps.Constant(Exponents.OfSigmoid))));

    /// <summary>exp(x) for x of at most 0; nearly 0 where that is less than any normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector ExpOfNegative(TVector x)
    {
        var scale = TOps.PowerOfTwo(TOps.Multiply(x, TOps.Constant(-Exponents.OfSigmoid)), IsSingle ? 126 : 1022, out var r);
        return TOps.MultiplyAdd(Slope(r), TOps.Multiply(scale, r), scale);
    }

    /// <summary>x above zero, exp(x) - 1 below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector Elu(TVector x)
    {
        var negative = TOps.Multiply(TOps.AtMost(TOps.Constant(0), x), TOps.Constant(0.5 * Exponents.OfTanh));
        return TOps.Add(TOps.AtLeast(TOps.Constant(0), x), PowerOfTwoLessOne(negative));
    }

    /// <summary>
    /// 1 + 2^t: one over the sigmoid whose exponent t is. Two of these and a <see cref="PowerOfTwoLessOne"/> can be
    /// multiplied: below 2^-48 (in float64 2^-480) a sigmoid stays what it is there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector OnePlusPowerOfTwo(TVector t)
    {
        var scale = TOps.PowerOfTwo(t, IsSingle ? 48 : 480, out var r);
        return TOps.MultiplyAdd(Slope(r), TOps.Multiply(scale, r), TOps.Add(scale, TOps.Constant(1)));
    }

    /// <summary>2^t - 1 = e, of which the tanh whose exponent t is is e / (e + 2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TVector PowerOfTwoLessOne(TVector t)
    {
        var scale = TOps.PowerOfTwo(t, IsSingle ? 27 : 60, out var r);
        return TOps.MultiplyAdd(Slope(r), TOps.Multiply(scale, r), TOps.Subtract(scale, TOps.Constant(1)));
    }

    // (2^r - 1) / r.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Slope(TVector r) => IsSingle ? SinglePolynomial(r) : DoublePolynomial(r);

    // On [-1/2, 1/2] with the least largest relative error, 1.1e-8 (found by Remez's algorithm). Pairs of terms at once:
    // one term after the other would keep the machine waiting.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector SinglePolynomial(TVector r)
    {
        var square = TOps.Multiply(r, r);
        var high = TOps.MultiplyAdd(TOps.Constant(0.00015403512773157053), r, TOps.Constant(0.001339073547816191));
        var middle = TOps.MultiplyAdd(TOps.Constant(0.009618237493694542), r, TOps.Constant(0.055503574336351655));
        var low = TOps.MultiplyAdd(TOps.Constant(0.24022649794966677), r, TOps.Constant(0.6931471879266922));
        return TOps.MultiplyAdd(TOps.MultiplyAdd(high, square, middle), square, low);
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
