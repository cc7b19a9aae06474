using System.Runtime.Intrinsics;

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
    private readonly uint[] _numbers = new uint[WordCount];
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

    /// <summary>The next words, of 32 bits each.</summary>
    internal void Fill(Span<uint> words)
    {
        while (words.Length > 0)
        {
            if (_next == WordCount)
            {
                Renew();
            }

            var count = Math.Min(words.Length, WordCount - _next);
            _numbers.AsSpan(_next, count).CopyTo(words);
            words = words[count..];
            _next += count;
        }
    }

    private uint Next()
    {
        if (_next == WordCount)
        {
            Renew();
        }

        return _numbers[_next++];
    }

    // Words are twisted where they lie: no word that a span needs is behind it, and none ahead is nearer than a vector.
    private void Renew()
    {
        var words = _words.AsSpan();
        const int wrapped = WordCount - Distance;
        Twist(words[..wrapped], words[1..(wrapped + 1)], words[Distance..]);
        Twist(words[wrapped..^1], words[(wrapped + 1)..], words[..(Distance - 1)]);
        words[^1] = words[Distance - 1] ^ Twisted(words[^1], words[0]);
        for (var i = 0; i < WordCount; i += Vector256<uint>.Count)
        {
            Tempered(Vector256.Create<uint>(words[i..])).CopyTo(_numbers.AsSpan(i));
        }

        _next = 0;
    }

    private static void Twist(Span<uint> words, ReadOnlySpan<uint> following, ReadOnlySpan<uint> distant)
    {
        var i = 0;
        for (; i <= words.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
        {
            var twisted = Twisted(Vector256.Create<uint>(words[i..]), Vector256.Create(following[i..]));
            (Vector256.Create(distant[i..]) ^ twisted).CopyTo(words[i..]);
        }

        for (; i < words.Length; i++)
        {
            words[i] = distant[i] ^ Twisted(words[i], following[i]);
        }
    }

    private static Vector256<uint> Twisted(Vector256<uint> first, Vector256<uint> second)
    {
        var y = (first & Vector256.Create(0x80000000)) | (second & Vector256.Create(0x7FFFFFFFu));
        return (y >>> 1) ^ ((y & Vector256<uint>.One) * Vector256.Create(0x9908B0DF));
    }

    private static uint Twisted(uint first, uint second) =>
        Twisted(Vector256.CreateScalar(first), Vector256.CreateScalar(second)).ToScalar();

    private static Vector256<uint> Tempered(Vector256<uint> y)
    {
        y ^= y >>> 11;
        y ^= (y << 7) & Vector256.Create(0x9D2C5680);
        y ^= (y << 15) & Vector256.Create(0xEFC60000);
        return y ^ (y >>> 18);
    }
}
