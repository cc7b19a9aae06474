using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace L2O.Randomness;

/// <summary>
/// Random numbers by address: what is drawn depends on the run's seed, a purpose and indices, never on what was drawn
/// before. Two parts of a run that use the same address see the same numbers, in any order and on any thread.
/// </summary>
public readonly record struct RandomStreams
{
    private readonly ulong _key;

    private RandomStreams(ulong key) => _key = key;

    /// <summary>The streams of a run.</summary>
    public static RandomStreams FromSeed(long seed) => new(SplitMix64.Mix(unchecked((ulong)seed) + SplitMix64.Increment));

    /// <summary>The streams below an address, for instance those of one meta-iteration.</summary>
    /// <param name="purpose">What is drawn, in the field's words.</param>
    /// <param name="indices">Which one: iteration, step, tensor.</param>
    public RandomStreams At(string purpose, params ReadOnlySpan<long> indices)
    {
        var key = _key;
        foreach (var letter in purpose)
        {
            key = SplitMix64.Mix(key ^ letter) + SplitMix64.Increment;
        }

        // The count separates ("a", [1]) from ("a", []) followed by something else that mixes to the same words.
        key = SplitMix64.Mix(key ^ (ulong)indices.Length) + SplitMix64.Increment;
        foreach (var index in indices)
        {
            key = SplitMix64.Mix(key ^ unchecked((ulong)index)) + SplitMix64.Increment;
        }

        return new(key);
    }

    /// <summary>A generator for tensors on the CPU; all 64 bits of the address count. Owned by the caller.</summary>
    public Generator Generator(string purpose, params ReadOnlySpan<long> indices)
    {
        var words = At(purpose, indices).Scalars();
        var generator = new Generator(0);
        using var scope = NewDisposeScope();
        using var state = MersenneTwisterState(ref words);
        generator.set_state(state);
        return generator;
    }

    /// <summary>A source of single numbers.</summary>
    public SplitMix64 Scalars() => new(_key);

    // libtorch keeps a Mersenne Twister as seed u64, left i32, seeded i32, next u64, 624 words as u64 with 32 bits in
    // use, then the cache of the normal distribution. Its own seeding would use only the low 32 bits of a seed.
    private static Tensor MersenneTwisterState(ref SplitMix64 words)
    {
        const int wordCount = 624;
        var bytes = new byte[5056];
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), 1);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), 1);
        var table = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan(24, wordCount * sizeof(ulong)));
        for (var i = 0; i < wordCount; i++)
        {
            table[i] = (uint)words.NextUInt64();
        }

        return tensor(bytes);
    }
}
