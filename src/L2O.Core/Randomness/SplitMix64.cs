namespace L2O.Randomness;

/// <summary>A small generator of single numbers (Steele, Lea and Flood, OOPSLA 2014).</summary>
public struct SplitMix64(ulong state)
{
    internal const ulong Increment = 0x9E3779B97F4A7C15;

    private ulong _state = state;

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        _state += Increment;
        return Mix(_state);
    }

    /// <summary>The next number in [0, 1).</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>The next number in [low, high).</summary>
    public double NextDouble(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>The next integer in [0, count), without bias.</summary>
    public int NextInt32(int count) => (int)Math.BigMul(NextUInt64(), (ulong)count, out _);

    /// <summary>The next standard normal number (Box and Muller, 1958).</summary>
    public double NextNormal() =>
        Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>
    /// Like a standard normal number, within -3.5 and 3.5: four uniform ones added. One draw, and the same on every CPU.
    /// </summary>
    internal double NextBellShaped()
    {
        const double scale = 1.7320508075688772 / (1 << 16);
        var bits = NextUInt64();
        var sum = (ushort)bits + (ushort)(bits >> 16) + (ushort)(bits >> 32) + (ushort)(bits >> 48);
        return (sum - (2 * (double)ushort.MaxValue)) * scale;
    }

    internal static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
