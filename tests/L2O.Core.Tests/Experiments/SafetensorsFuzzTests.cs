using System.Buffers.Binary;
using System.Text;
using L2O.Errors;
using L2O.Experiments;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Experiments;

public sealed class SafetensorsFuzzTests(ITestOutputHelper output)
{
    private const int CaseCount = 5_000;

    private static readonly byte[] _interesting = [0, 1, 0x7F, 0x80, 0xFF, .. "\"{}[],:-.e09\\"u8];

    /// <summary>Whatever the bytes are, the answer is tensors or one sentence: files as Python writes them, unprotected.</summary>
    [Fact]
    public void MutationsOfAnUnprotectedFileAreReadOrRefused() => Run(Unprotected(), mayBeRead: true);

    /// <summary>With checksums no change at all is read.</summary>
    [Fact]
    public void MutationsOfACheckpointAreRefused()
    {
        using var scope = NewDisposeScope();
        Run(SafetensorsTests.Bytes([("a", ones(2, 3)), ("b", ones(1, dtype: float64))], new() { ["iteration"] = "7" }), mayBeRead: false);
    }

    private void Run(byte[] valid, bool mayBeRead)
    {
        var random = RandomStreams.FromSeed(1).At("fuzz").Scalars();
        var (read, refused) = (0, 0);
        for (var i = 0; i < CaseCount; i++)
        {
            var mutated = Mutated(valid, ref random);
            if (mutated.AsSpan().SequenceEqual(valid))
            {
                continue;
            }

            using var scope = NewDisposeScope();
            try
            {
                Safetensors.Read(new MemoryStream(mutated), "memory");
                read++;
            }
            catch (CheckpointException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
        }

        output.WriteLine($"safetensors: {read + refused} mutated files, {read} read, {refused} refused, 0 crashes");
        Assert.True(refused > CaseCount / 2);
        Assert.Equal(mayBeRead, read > 0);
    }

    private static byte[] Mutated(byte[] valid, ref SplitMix64 random)
    {
        List<byte> bytes = [.. valid];
        for (var edits = 1 + random.NextInt32(4); edits > 0 && bytes.Count > 0; edits--)
        {
            Edit(bytes, ref random);
        }

        // Half of the time the length is made to fit again, so that the changes reach the parser behind it.
        if (bytes.Count > 8 && random.NextInt32(2) == 0)
        {
            var end = HeaderEnd(bytes);
            var length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, end - 8);
            bytes.RemoveRange(0, 8);
            bytes.InsertRange(0, length);
        }

        return [.. bytes];
    }

    private static void Edit(List<byte> bytes, ref SplitMix64 random)
    {
        var at = random.NextInt32(bytes.Count);
        switch (random.NextInt32(6))
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
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }

    // Behind the last brace, where the header ends in a valid file; the end of all where there is none.
    private static int HeaderEnd(List<byte> bytes)
    {
        var end = bytes.LastIndexOf((byte)'}') + 1;
        return end > 8 ? end : bytes.Count;
    }

    private static byte[] Unprotected()
    {
        var json = Encoding.UTF8.GetBytes(
            """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"I64","shape":[],"data_offsets":[16,24]}}""");
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. new byte[24]];
    }
}
