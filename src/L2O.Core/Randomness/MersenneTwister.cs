namespace L2O.Randomness;

/// <summary>
/// The generator of libtorch's CPU tensors, MT19937 (Matsumoto and Nishimura, 1998), without its handles: a minibatch's indices
/// are drawn in a tenth of the time, and are the same ones.
/// </summary>
internal sealed class MersenneTwister
{
    private const int WordCount = 624;
    private const int Distance = 397;

    private readonly uint[] _words = new uint[WordCount];
    private int _next = WordCount;

    /// <summary>Begins anew with words of an address, as <see cref="RandomStreams.Generator"/> does.</summary>
    internal void Begin(RandomStreams at)
    {
        var words = at.Scalars();
        for (var i = 0; i < WordCount; i++)
        {
            _words[i] = (uint)words.NextUInt64();
        }

        _next = WordCount;
    }

    /// <summary>Numbers below a bound, drawn as `randint` draws them: the remainders of 32 bits.</summary>
    internal void Fill(Span<int> numbers, int bound)
    {
        foreach (ref var number in numbers)
        {
            number = (int)(Next() % (uint)bound);
        }
    }

    private uint Next()
    {
        if (_next == WordCount)
        {
            Renew();
        }

        var y = _words[_next++];
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >> 18);
    }

    private void Renew()
    {
        var words = _words.AsSpan();
        for (var i = 0; i < WordCount - Distance; i++)
        {
            words[i] = words[i + Distance] ^ Twisted(words[i], words[i + 1]);
        }

        for (var i = WordCount - Distance; i < WordCount - 1; i++)
        {
            words[i] = words[i + Distance - WordCount] ^ Twisted(words[i], words[i + 1]);
        }

        words[^1] = words[Distance - 1] ^ Twisted(words[^1], words[0]);
        _next = 0;
    }

    private static uint Twisted(uint first, uint second)
    {
        var y = (first & 0x80000000) | (second & 0x7FFFFFFF);
        return (y >> 1) ^ ((y & 1) * 0x9908B0DF);
    }
}
