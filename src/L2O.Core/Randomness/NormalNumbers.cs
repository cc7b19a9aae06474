using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace L2O.Randomness;

/// <summary>
/// Standard normal numbers of an address, one tensor after another, from pairs of uniform ones (Box and Muller, 1958). Those of
/// libtorch's `randn` where a tensor has 16 or more, up to the rounding of a logarithm and a sine, in a tenth of the time.
/// </summary>
internal sealed class NormalNumbers
{
    // libtorch pairs each of a block's first half with one of its second.
    private const int Half = 8;
    private const int Block = 2 * Half;

    private readonly MersenneTwister _generator = new();

    /// <summary>Those of an address.</summary>
    internal NormalNumbers(RandomStreams at) => _generator.Begin(at);

    /// <summary>The next ones, on the CPU; owned by the caller's scope.</summary>
    /// <param name="type">float32 or float64, which takes twice as many bits.</param>
    /// <param name="shape">Of the tensor.</param>
    internal Tensor Next(ScalarType type, params ReadOnlySpan<long> shape)
    {
        var drawn = empty(shape, dtype: type);
        if (type == float32)
        {
            Fill(MemoryMarshal.Cast<byte, float>(drawn.bytes));
        }
        else
        {
            Fill(MemoryMarshal.Cast<byte, double>(drawn.bytes));
        }

        return drawn;
    }

    // Where blocks do not come out even, libtorch draws the last 16 numbers again.
    private void Fill<T>(Span<T> numbers)
        where T : unmanaged
    {
        var whole = numbers.Length - (numbers.Length % Block);
        for (var i = 0; i < whole; i += Block)
        {
            FillBlock(numbers.Slice(i, Block));
        }

        if (whole == 0)
        {
            Span<T> block = stackalloc T[Block];
            FillBlock(block);
            block[..numbers.Length].CopyTo(numbers);
        }
        else if (whole < numbers.Length)
        {
            Span<uint> undrawn = stackalloc uint[(numbers.Length - whole) * WordsOf<T>()];
            _generator.Fill(undrawn);
            FillBlock(numbers[^Block..]);
        }
    }

    private void FillBlock<T>(Span<T> numbers)
        where T : unmanaged
    {
        Span<uint> bits = stackalloc uint[Block * WordsOf<T>()];
        _generator.Fill(bits);
        var count = Vector256<double>.Count;
        for (var i = 0; i < Half; i += 2 * count)
        {
            var (cosine, sine) = Pair<T>(bits, i);
            var (nextCosine, nextSine) = Pair<T>(bits, i + count);
            Store(cosine, nextCosine, numbers[i..]);
            Store(sine, nextSine, numbers[(i + Half)..]);
        }
    }

    private static (Vector256<double> Cosine, Vector256<double> Sine) Pair<T>(ReadOnlySpan<uint> bits, int at)
        where T : unmanaged
    {
        var radius = Vector256.Sqrt(Vector256.Create(-2.0) * Vector256.Log(Vector256<double>.One - Uniform<T>(bits, at)));
        var (sine, cosine) = Vector256.SinCos(Vector256.Create(Math.Tau) * Uniform<T>(bits, at + Half));
        return (radius * cosine, radius * sine);
    }

    // In [0, 1), of as many bits as the type has digits.
    private static Vector256<double> Uniform<T>(ReadOnlySpan<uint> bits, int at)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            var (lower, upper) = Vector128.Widen(Vector128.Create(bits[at..]) & Vector128.Create(0xFFFFFFu));
            return Vector256.ConvertToDouble(Vector256.Create(lower, upper)) * Vector256.Create(1.0 / (1 << 24));
        }

        var words = Vector256.Create(bits[(2 * at)..]).AsUInt64();
        var swapped = ((words << 32) | (words >>> 32)) & Vector256.Create((1UL << 53) - 1);
        return Vector256.ConvertToDouble(swapped) * Vector256.Create(1.0 / (1UL << 53));
    }

    private static void Store<T>(Vector256<double> lower, Vector256<double> upper, Span<T> numbers)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Vector256.Narrow(lower, upper).CopyTo(MemoryMarshal.Cast<T, float>(numbers));
            return;
        }

        lower.CopyTo(MemoryMarshal.Cast<T, double>(numbers));
        upper.CopyTo(MemoryMarshal.Cast<T, double>(numbers)[Vector256<double>.Count..]);
    }

    private static int WordsOf<T>()
        where T : unmanaged => Unsafe.SizeOf<T>() / sizeof(uint);
}
