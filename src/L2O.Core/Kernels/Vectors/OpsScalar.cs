using System.Numerics;
using System.Runtime.CompilerServices;

namespace L2O.Kernels.Vectors;

/// <summary>One number at a time, for machines without vector registers.</summary>
internal readonly unsafe struct OpsScalar<T> : IVectorOps<T, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Count => 1;

    public static int FoldedCount => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load(T* source) => *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(T* destination, T value) => *destination = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Create(T value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Constant(double value) => T.CreateTruncating(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Add(T a, T b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Subtract(T a, T b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Multiply(T a, T b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Divide(T a, T b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd(T a, T b, T c) => T.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T AtMost(T bound, T value) => bound < value ? bound : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T AtLeast(T bound, T value) => bound > value ? bound : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Abs(T value) => T.Abs(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ZeroBelow(T bound, T value) => T.Abs(value) < bound ? T.Zero : value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T WherePositive(T condition, T value) => condition > T.Zero ? value : T.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sqrt(T value) => T.Sqrt(value);

    public static T Log(T value) => T.Log(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T PowerOfTwo(T t, double limit, out T rest) =>
        RoundedPower<OpsScalar<T>, T, T>.Of(t, limit, out rest);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExponentFromLastBits(T bits)
    {
        if (typeof(T) == typeof(float))
        {
            var power = (Unsafe.BitCast<T, int>(bits) << 23) + 0x3F800000;
            return Unsafe.BitCast<int, T>(power);
        }

        return Unsafe.BitCast<long, T>((Unsafe.BitCast<T, long>(bits) << 52) + 0x3FF0000000000000);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FoldAdd(T* sums, T value) => *sums += value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FoldAddFour(T* sums, T a, T b, T c, T d)
    {
        FoldAdd(sums, a);
        FoldAdd(sums + FoldedCount, b);
        FoldAdd(sums + (2 * FoldedCount), c);
        FoldAdd(sums + (3 * FoldedCount), d);
    }
}
