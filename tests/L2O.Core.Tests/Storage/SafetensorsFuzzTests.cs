using System.Buffers.Binary;
using System.Text;
using L2O.Errors;
using L2O.Randomness;
using L2O.Storage;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Storage;

public sealed class SafetensorsFuzzTests(ITestOutputHelper output)
{
    private const int CaseCount = 5_000;

    /// <summary>Whatever the bytes are, the answer is tensors or one sentence: files as Python writes them, unprotected.</summary>
    [Fact]
    public void MutationsOfAnUnprotectedFileAreReadOrRefused() =>
        Assert.True(Run("safetensors of others", Unprotected(), ReadInOneLine) > 0);

    /// <summary>With checksums no change at all is read, unless both names are changed: then they are a file's of others.</summary>
    [Fact]
    public void MutationsOfACheckpointAreRefused()
    {
        using var scope = NewDisposeScope();
        var file = SafetensorsTests.Bytes([("a", ones(2, 3)), ("b", ones(1, dtype: float64))], new() { ["iteration"] = "7" });
        Run("checkpoint", file, mutated =>
        {
            ReadInOneLine(mutated);
            Assert.True(mutated.AsSpan().IndexOf("\"data_sha256\""u8) < 0 && mutated.AsSpan().IndexOf("\"header_sha256\""u8) < 0);
        });
    }

    private int Run(string reader, byte[] valid, Action<byte[]> read)
    {
        var (readCount, refused) = Fuzz.Run<byte[], CheckpointException>(
            output,
            reader,
            CaseCount,
            (int _, ref SplitMix64 random) => Fitted(Fuzz.Mutated(valid, ref random), valid, ref random),
            read);

        Assert.True(refused > CaseCount / 2);
        return readCount;
    }

    private static void ReadInOneLine(byte[] file)
    {
        try
        {
            Safetensors.Read(new MemoryStream(file), "memory");
        }
        catch (CheckpointException e)
        {
            Assert.DoesNotContain('\n', e.Message);
            throw;
        }
    }

    // Half of the time the length is made to fit again, so that the changes reach the parser behind it.
    private static byte[] Fitted(byte[] mutated, byte[] valid, ref SplitMix64 random)
    {
        if (mutated.Length <= 8 || random.NextInt32(2) == 0)
        {
            return mutated;
        }

        byte[] fitted = [.. mutated];
        BinaryPrimitives.WriteInt64LittleEndian(fitted, HeaderEnd(fitted) - 8);
        return fitted.AsSpan().SequenceEqual(valid) ? mutated : fitted;
    }

    // Behind the last brace, where the header ends in a valid file; the end of all where there is none.
    private static int HeaderEnd(byte[] bytes)
    {
        var end = Array.LastIndexOf(bytes, (byte)'}') + 1;
        return end > 8 ? end : bytes.Length;
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
