using System.Buffers.Binary;
using System.Text;
using FsCheck.Xunit;
using L2O.Errors;
using L2O.Storage;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Storage;

public sealed class SafetensorsTests
{
    private static readonly Dictionary<string, string> _noMetadata = [];

    [Property(MaxTest = 200)]
    public void WhatIsWrittenIsRead(byte[] sizes, double[] values, string[] texts)
    {
        using var scope = NewDisposeScope();
        var tensors = TensorsOf(sizes, values);
        var metadata = texts.Where(IsText).Distinct().ToDictionary(text => text, text => text + "!");

        var file = Safetensors.Read(new MemoryStream(Bytes(tensors, metadata)), "memory");

        Assert.Equal(metadata.OrderBy(text => text.Key), file.Metadata.OrderBy(text => text.Key));
        Assert.Equal(tensors.Select(tensor => tensor.Name), file.Tensors.Select(tensor => tensor.Name));
        Assert.All(tensors.Zip(file.Tensors), pair => AssertSame(pair.First.Tensor, pair.Second.Tensor));
    }

    [Fact]
    public void TheLayoutIsThatOfTheFormat()
    {
        using var scope = NewDisposeScope();

        var bytes = Bytes([("b", tensor(new byte[] { 7 })), ("w", tensor(new double[] { 1, 2 }, [1, 2]))], new() { ["x"] = "\"é\"" });

        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal(8 + length + 16 + 1, bytes.Length);
        Assert.Matches(
            """
            ^{"__metadata__":{"data_sha256":"[0-9a-f]{64}","header_sha256":"[0-9a-f]{64}","x":"\\"é\\""},"b":{"dtype":"U8","shape":\[1],"data_offsets":\[16,17]},"w":{"dtype":"F64","shape":\[1,2],"data_offsets":\[0,16]}} *$
            """,
            Encoding.UTF8.GetString(bytes, 8, length));
        Assert.Equal(1.0, BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(8 + length)));
        Assert.Equal(7, bytes[^1]);
    }

    [Fact]
    public void EqualContentGivesEqualBytes()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (arange(6, dtype: float32).view(2, 3), ones(2, dtype: int64));

        var first = Bytes([("a", a), ("b", b)], new() { ["x"] = "1", ["y"] = "2" });
        var second = Bytes([("a", a.t().contiguous().t()), ("b", b.clone())], new() { ["y"] = "2", ["x"] = "1" });

        Assert.Equal(first, second);
    }

    [Fact]
    public void FilesOfOthersHaveNoChecksumAndAreRead()
    {
        using var scope = NewDisposeScope();

        var file = Read("""{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}""", [0, 0, 128, 63]);

        Assert.Equal(1f, file.Tensors.Single().Tensor.item<float>());
        Assert.Empty(file.Metadata);
    }

    [Theory]
    [InlineData("", 0, "header that is no JSON")]
    [InlineData("[]", 0, "no JSON object")]
    [InlineData("{", 0, "header that is no JSON")]
    [InlineData("""{"a":[[[[[[1]]]]]]}""", 0, "header that is no JSON")]
    [InlineData("""{"a\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "header that is no JSON")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "metadata a that is no text")]
    [InlineData("""{"__metadata__":[]}""", 0, "metadata that is no JSON object")]
    [InlineData("""{"a":1}""", 0, "a lacks one of dtype, shape and data_offsets")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}""", 4, "a lacks one of")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"code":"x"}}""", 4, "or has more")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "a lacks one of")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "a lacks one of")]
    [InlineData("""{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}""", 4, "a lacks one of")]
    [InlineData("""{"a":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}""", 4, "a is BF16; convert it to one of F32, F64, I64 and U8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "a is [2], which 4 bytes do not hold")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "which 0 bytes do not hold")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "which 0 bytes do not hold")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "a has bytes 4 to 8, expected from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "a has bytes 4 to 0, expected from 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 5, "has 5 bytes of data, its tensors have 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 3, "has 3 bytes of data, its tensors have 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "b has bytes 0 to 4, expected from 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "header that is no JSON")]
    [InlineData("""{"__metadata__":{"data_sha256":"00"},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1, "one checksum of two")]
    [InlineData("""{"__metadata__":{"header_sha256":"00","data_sha256":"00"}}""", 0, "checksum of its header that is none")]
    public void DamageIsRefusedInOneSentence(string header, int dataLength, string reason)
    {
        var error = Assert.Throws<CheckpointException>(() => Read(header, new byte[dataLength]));

        Assert.StartsWith("memory: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 1, 2, 3 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 1 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 127, 1 })]
    [InlineData(new byte[] { 2, 0, 0, 0, 0, 0, 0, 0, 123 })]
    public void AHeaderLengthThatTheFileDoesNotHoldIsRefused(byte[] bytes) =>
        Assert.Throws<CheckpointException>(() => Safetensors.Read(new MemoryStream(bytes), "memory"));

    [Fact]
    public void AnyChangedBitIsSeen()
    {
        using var scope = NewDisposeScope();
        var bytes = Bytes([("a", ones(3))], new() { ["iteration"] = "100" });

        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<CheckpointException>(() => Safetensors.Read(new MemoryStream(changed), "memory"));
        }
    }

    [Fact]
    public void AMissingFileIsNamed()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<CheckpointException>(() => Safetensors.Read(folder.File("none.safetensors")));

        Assert.Equal($"{folder.File("none.safetensors")}: does not exist; check the path", error.Message);
        Assert.Throws<CheckpointException>(() => Safetensors.Read("a\0b"));
        Assert.Throws<CheckpointException>(() => Safetensors.Read(""));
    }

    [Fact]
    public void WhatTheFormatCannotHoldIsAMistakeOfTheCaller()
    {
        using var scope = NewDisposeScope();

        Assert.Throws<ArgumentException>(() => Bytes([("a", ones(1)), ("a", ones(1))], _noMetadata));
        Assert.Throws<ArgumentException>(() => Bytes([("__metadata__", ones(1))], _noMetadata));
        Assert.Throws<ArgumentException>(() => Bytes([("a", ones(1, dtype: float16))], _noMetadata));
    }

    [Fact]
    public void ReadingLeavesNoOtherTensorBehind()
    {
        using var scope = NewDisposeScope();
        var bytes = Bytes([("a", ones(3)), ("b", ones(2, dtype: float64))], _noMetadata);
        var before = scope.DisposablesCount;

        Safetensors.Read(new MemoryStream(bytes), "memory");

        Assert.Equal(before + 2, scope.DisposablesCount);
    }

    internal static byte[] Bytes(IReadOnlyList<(string, Tensor)> tensors, Dictionary<string, string> metadata)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    private static SafetensorsFile Read(string header, byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return Safetensors.Read(new MemoryStream([.. length, .. json, .. data]), "memory");
    }

    private static void AssertSame(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.dtype, actual.dtype);
        Assert.Equal(expected.shape, actual.shape);
        Assert.Equal(expected.contiguous().bytes.ToArray(), actual.bytes.ToArray());
    }

    // Ranks 0 to 3, sizes 0 to 4, each type, values repeated as often as needed.
    private static (string Name, Tensor Tensor)[] TensorsOf(byte[] sizes, double[] values)
    {
        ScalarType[] types = [float32, float64, int64, uint8];
        return [.. sizes.Select((size, i) =>
        {
            long[] shape = [.. Enumerable.Repeat((long)(size % 5), size / 5 % 4)];
            var count = (int)shape.Aggregate(1L, (product, length) => product * length);
            var numbers = Enumerable.Range(0, count).Select(j => values.Length == 0 ? j : values[j % values.Length]).ToArray();
            return ($"t/{i}", tensor(numbers).view(shape).to(types[size / 20 % 4]));
        })];
    }

    private static bool IsText(string? text) => text is not null && text == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
