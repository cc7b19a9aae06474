namespace L2O.Kernels.Vectors;

/// <summary>
/// What the kernels ask of a vector register. Written against this once, they compile for each width and element type
/// to the instructions one would write by hand.
/// </summary>
/// <remarks>
/// Only once they are optimized: hence the kernels' loops ask for that from their first call on. The runtime would have
/// them call each operation for the first tenths of a second.
/// </remarks>
/// <typeparam name="TVector">The register.</typeparam>
/// <typeparam name="TElement">float or double.</typeparam>
internal unsafe interface IVectorOps<TVector, TElement>
    where TVector : unmanaged
    where TElement : unmanaged
{
    /// <summary>Elements in a vector.</summary>
    static abstract int Count { get; }

    /// <summary>Elements that <see cref="FoldAdd"/> leaves of a vector: no more than 128 bits.</summary>
    static abstract int FoldedCount { get; }

    static abstract TVector Load(TElement* source);

    static abstract void Store(TElement* destination, TVector value);

    static abstract TVector Create(TElement value);

    /// <summary>A number of the source code; costs the compiler less than its conversion to an element.</summary>
    static abstract TVector Constant(double value);

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    static abstract TVector Divide(TVector a, TVector b);

    /// <summary>a * b + c, rounded once where the machine can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>The smaller of a bound and a value; NaN where the value is NaN.</summary>
    static abstract TVector AtMost(TVector bound, TVector value);

    /// <summary>The larger of a bound and a value; NaN where the value is NaN.</summary>
    static abstract TVector AtLeast(TVector bound, TVector value);

    static abstract TVector Abs(TVector value);

    /// <summary>0 where a value's magnitude is less than a bound; NaN where the value is NaN.</summary>
    static abstract TVector ZeroBelow(TVector bound, TVector value);

    /// <summary>A value where a condition is above 0, and 0 elsewhere.</summary>
    static abstract TVector WherePositive(TVector condition, TVector value);

    static abstract TVector Sqrt(TVector value);

    static abstract TVector Log(TVector value);

    /// <summary>2^n and t - n, where n is the integer nearest to t.</summary>
    /// <param name="t">Above the limit it counts as the limit; below its negative it may count as that.</param>
    /// <param name="limit">At most the largest exponent of a normal number.</param>
    /// <param name="rest">At most 1/2 in magnitude; NaN where t is.</param>
    static abstract TVector PowerOfTwo(TVector t, double limit, out TVector rest);

    /// <summary>2^n, from the number whose last bits are the integer n.</summary>
    static abstract TVector ExponentFromLastBits(TVector bits);

    /// <summary>Adds a vector, folded to <see cref="FoldedCount"/> sums, to those in memory.</summary>
    static abstract void FoldAdd(TElement* sums, TVector value);

    /// <summary>The same for four vectors and the sums of each, one after the other in memory.</summary>
    static abstract void FoldAddFour(TElement* sums, TVector a, TVector b, TVector c, TVector d);
}
