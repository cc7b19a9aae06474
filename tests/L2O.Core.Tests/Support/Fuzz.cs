using L2O.Errors;
using L2O.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>Holds a reader to its promise for whatever input: a value or its one typed error.</summary>
internal static class Fuzz
{
    // Names the file that collects the totals of a run of all tests.
    private const string TotalsVariable = "L2O_FUZZ_TOTALS";

    private static readonly Lock _writing = new();
    private static readonly byte[] _byteOrderMark = [0xEF, 0xBB, 0xBF];
    private static readonly byte[] _interesting = [0, 1, 0x7F, 0x80, 0xFF, .. "\"{}[],:-.e09\\"u8];

    /// <summary>Makes the next input; the same random numbers give the same inputs.</summary>
    internal delegate T Next<out T>(int index, ref SplitMix64 random);

    /// <summary>Reads many inputs, prints the totals, and fails at the first that ends in another error.</summary>
    internal static (int Read, int Refused) Run<TInput, TError>(
        ITestOutputHelper output, string reader, int caseCount, Next<TInput> next, Action<TInput> read)
        where TError : L2OException
    {
        var random = RandomStreams.FromSeed(1).At("fuzz").Scalars();
        var refused = 0;
        for (var i = 0; i < caseCount; i++)
        {
            var input = next(i, ref random);
            using var scope = NewDisposeScope();
            try
            {
                read(input);
            }
            catch (TError)
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"{reader}, case {i}: {e}\n{input}");
            }
        }

        Tell(output, $"fuzz: {reader}: {caseCount} cases, {caseCount - refused} read, {refused} refused, 0 crashes");
        return (caseCount - refused, refused);
    }

    /// <summary>
    /// A file with one to four places changed, doubled, cut out or cut off, or saved again as text with a byte order mark or
    /// CRLF line ends; never the same file.
    /// </summary>
    internal static byte[] Mutated(byte[] valid, ref SplitMix64 random)
    {
        List<byte> bytes = [.. valid];
        for (var edits = 1 + random.NextInt32(4); edits > 0 && bytes.Count > 0; edits--)
        {
            Edit(bytes, ref random);
        }

        return bytes.SequenceEqual(valid) ? Mutated(valid, ref random) : [.. bytes];
    }

    private static void Edit(List<byte> bytes, ref SplitMix64 random)
    {
        var at = random.NextInt32(bytes.Count);
        switch (random.NextInt32(8))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.NextInt32(8));
                break;
            case 1:
                bytes[at] = _interesting[random.NextInt32(_interesting.Length)];
                break;
            case 2:
                bytes.Insert(at, _interesting[random.NextInt32(_interesting.Length)]);
                break;
            case 3:
                bytes.RemoveRange(at, Math.Min(1 + random.NextInt32(4), bytes.Count - at));
                break;
            case 4:
                var piece = bytes.GetRange(at, Math.Min(1 + random.NextInt32(40), bytes.Count - at));
                bytes.InsertRange(random.NextInt32(bytes.Count), piece);
                break;
            case 5:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 6:
                bytes.InsertRange(0, _byteOrderMark);
                break;
            default:
                byte[] lines = [.. bytes.SelectMany(value => value == '\n' ? (byte[])[(byte)'\r', value] : [value])];
                bytes.Clear();
                bytes.AddRange(lines);
                break;
        }
    }

    private static void Tell(ITestOutputHelper output, string totals)
    {
        output.WriteLine(totals);
        if (Environment.GetEnvironmentVariable(TotalsVariable) is { Length: > 0 } path)
        {
            lock (_writing)
            {
                File.AppendAllText(path, $"{totals}\n");
            }
        }
    }
}
