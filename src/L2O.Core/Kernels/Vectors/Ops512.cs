using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace L2O.Kernels.Vectors;

/// <summary>Vectors of 512 bits.</summary>
internal readonly unsafe struct Ops512<T> : IVectorOps<Vector512<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => Vector512<T>.Count;

    public static int FoldedCount => Vector128<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Load(T* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* destination, Vector512<T> value) => Vector512.Store(value, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Create(T value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Constant(double value) => typeof(T) == typeof(float)
        ? Vector512.Create((float)value).As<float, T>()
        : Vector512.Create(value).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Subtract(Vector512<T> a, Vector512<T> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Divide(Vector512<T> a, Vector512<T> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> MultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) => typeof(T) == typeof(float)
        ? Vector512.MultiplyAddEstimate(a.As<T, float>(), b.As<T, float>(), c.As<T, float>()).As<float, T>()
        : Vector512.MultiplyAddEstimate(a.As<T, double>(), b.As<T, double>(), c.As<T, double>()).As<double, T>();

    // The native minimum of x86 is its second operand where either is NaN; that of Arm is NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AtMost(Vector512<T> bound, Vector512<T> value) => Vector512.MinNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AtLeast(Vector512<T> bound, Vector512<T> value) => Vector512.MaxNative(bound, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Abs(Vector512<T> value) => Vector512.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ZeroBelow(Vector512<T> bound, Vector512<T> value) =>
        Vector512.AndNot(value, Vector512.LessThan(Abs(value), bound));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> WherePositive(Vector512<T> condition, Vector512<T> value) =>
        value & Vector512.GreaterThan(condition, Vector512<T>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Sqrt(Vector512<T> value) => Vector512.Sqrt(value);

    public static Vector512<T> Log(Vector512<T> value) => typeof(T) == typeof(float)
        ? Vector512.Log(value.As<T, float>()).As<float, T>()
        : Vector512.Log(value.As<T, double>()).As<double, T>();

    // Two instructions of AVX-512 do what otherwise takes six; both take infinities as limits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> PowerOfTwo(Vector512<T> t, double limit, out Vector512<T> rest)
    {
        if (typeof(T) != typeof(float) || !Avx512DQ.IsSupported)
        {
            return RoundedPower<Ops512<T>, Vector512<T>, T>.Of(t, limit, out rest);
        }

        var value = AtMost(Constant(limit), t).As<T, float>();
        var fraction = Avx512DQ.Reduce(value, 0);
        rest = fraction.As<float, T>();
        return Avx512F.Scale(Vector512<float>.One, value - fraction).As<float, T>();
    }

    // Shifts the integer into the exponent's place and adds the exponent's bias.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ExponentFromLastBits(Vector512<T> bits) => typeof(T) == typeof(float)
        ? (Vector512.ShiftLeft(bits.As<T, int>(), 23) + Vector512.Create(0x3F800000)).As<int, T>()
        : (Vector512.ShiftLeft(bits.As<T, long>(), 52) + Vector512.Create(0x3FF0000000000000)).As<long, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FoldAdd(T* sums, Vector512<T> value) =>
        Ops256<T>.FoldAdd(sums, value.GetLower() + value.GetUpper());

    // Folded together, so that every lane of every addition has something to add.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FoldAddFour(T* sums, Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d)
    {
        if (!Avx512F.IsSupported)
        {
            FoldAdd(sums, a);
            FoldAdd(sums + FoldedCount, b);
            FoldAdd(sums + (2 * FoldedCount), c);
            FoldAdd(sums + (3 * FoldedCount), d);
            return;
        }

        var ab = Quarters(a, b, 0x44) + Quarters(a, b, 0xEE);
        var cd = Quarters(c, d, 0x44) + Quarters(c, d, 0xEE);
        Store(sums, Load(sums) + (Quarters(ab, cd, 0x88) + Quarters(ab, cd, 0xDD)));
    }

    // Two quarters of a, then two of b, each chosen by two bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Quarters(Vector512<T> a, Vector512<T> b, [ConstantExpected] byte choice) =>
        Avx512F.Shuffle4x128(a.As<T, float>(), b.As<T, float>(), choice).As<float, T>();
}
