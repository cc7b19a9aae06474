using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using L2O.Errors;
using static TorchSharp.torch;

namespace L2O.Storage;

/// <summary>The location of one tensor: bytes [Begin, End) of the data after the header.</summary>
internal sealed record SafetensorsEntry(string Name, ScalarType Type, long[] Shape, long Begin, long End);

/// <summary>The header of a safetensors file, checked against the file's size before anything is allocated.</summary>
internal sealed record SafetensorsHeader(IReadOnlyList<SafetensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    private const int LengthSize = sizeof(ulong);
    private const long LargestHeader = 100_000_000;
    private const string DataChecksum = "data_sha256";
    private const string HeaderChecksum = "header_sha256";

    // Stands in for the header's checksum while that is computed.
    private static readonly string _noChecksum = new('0', 64);

    private string? _dataChecksum;

    /// <summary>Lays out tensors; in the data the widest types come first, so that all are aligned.</summary>
    internal static IReadOnlyList<SafetensorsEntry> Arrange(IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        var entries = new SafetensorsEntry[tensors.Count];
        var names = new HashSet<string>(StringComparer.Ordinal) { SafetensorsJson.MetadataKey };
        var end = 0L;
        foreach (var i in Enumerable.Range(0, tensors.Count).OrderByDescending(i => SafetensorsType.Size(tensors[i].Tensor.dtype)))
        {
            var (name, tensor) = tensors[i];
            if (!names.Add(name))
            {
                throw new ArgumentException($"{name} is the name of two tensors, or is reserved", nameof(tensors));
            }

            var begin = end;
            end += tensor.numel() * SafetensorsType.Size(tensor.dtype);
            entries[i] = new(name, tensor.dtype, tensor.shape, begin, end);
        }

        return entries;
    }

    /// <summary>The file up to its data.</summary>
    internal static byte[] Bytes(
        IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, string> metadata, string dataChecksum)
    {
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in metadata)
        {
            texts[key] = value;
        }

        texts[DataChecksum] = dataChecksum;
        texts[HeaderChecksum] = _noChecksum;
        texts[HeaderChecksum] = Convert.ToHexStringLower(SHA256.HashData(SafetensorsJson.Bytes(entries, texts)));
        var json = SafetensorsJson.Bytes(entries, texts);

        var bytes = new byte[LengthSize + json.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, LengthSize);
        return bytes;
    }

    /// <summary>Reads and checks everything before the data.</summary>
    internal static SafetensorsHeader Read(Stream stream, string name)
    {
        var json = ReadJson(stream, name);
        SafetensorsHeader header;
        try
        {
            header = SafetensorsJson.Parse(json, name);
        }
        // The JSON reader detects invalid UTF-8 only when a string is read, and throws this exception then.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Damaged(name, $"has a header that is no JSON ({e.Message.TrimEnd('.')})", e);
        }

        header.CheckLayout(stream.Length - LengthSize - json.Length, name);
        return header.WithoutChecksums(json, name);
    }

    /// <summary>Compares the data with its stored checksum, if there is one.</summary>
    internal void CheckData(string checksum, string name)
    {
        if (_dataChecksum is not null && _dataChecksum != checksum)
        {
            throw Damaged(name, "does not match its checksum");
        }
    }

    internal static CheckpointException Damaged(string name, string problem, Exception? cause = null) =>
        new($"{name}: {problem}; it is damaged or no safetensors file, use another checkpoint", cause);

    private static byte[] ReadJson(Stream stream, string name)
    {
        RequireFormat(stream, name);
        if (stream.Length < LengthSize)
        {
            throw Damaged(name, $"has {stream.Length} bytes, too few for any tensor");
        }

        var prefix = new byte[LengthSize];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > (ulong)Math.Min(LargestHeader, stream.Length - LengthSize))
        {
            throw Damaged(name, $"claims a header of {length} bytes in a file of {stream.Length}");
        }

        var json = new byte[length];
        stream.ReadExactly(json);
        return json;
    }

    // A header is a map in JSON; where none begins the file may be of another program.
    private static void RequireFormat(Stream stream, string name)
    {
        var start = new byte[FileFormat.StartSize];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        stream.Position = 0;
        if (start is not [_, _, _, _, _, _, _, _, (byte)'{', ..] && FileFormat.Of(start) is { } format)
        {
            throw new CheckpointException(
                $"{name}: is {format}, expected safetensors as l2o train writes them; name a checkpoint of a run, for instance "
                + "RUN/checkpoints/best.safetensors");
        }
    }

    // In data order each tensor begins where the previous one ends: no gap, no overlap, nothing outside.
    private void CheckLayout(long dataLength, string name)
    {
        var end = 0L;
        foreach (var entry in Entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != end || entry.End < entry.Begin)
            {
                throw Damaged(name, $"{entry.Name} has bytes {entry.Begin} to {entry.End}, expected from {end}");
            }

            end = entry.End;
            if (SafetensorsType.ByteCount(entry.Type, entry.Shape) != end - entry.Begin)
            {
                throw Damaged(
                    name, $"{entry.Name} is [{string.Join(", ", entry.Shape)}], which {end - entry.Begin} bytes do not hold");
            }
        }

        if (end != dataLength)
        {
            throw Damaged(name, $"has {dataLength} bytes of data, its tensors have {end}");
        }
    }

    private SafetensorsHeader WithoutChecksums(byte[] json, string name)
    {
        // Files from other programs have neither checksum; if only one is there, the other was lost to damage.
        if (Metadata.ContainsKey(HeaderChecksum) != Metadata.ContainsKey(DataChecksum))
        {
            throw Damaged(name, "has one checksum of two");
        }

        if (Metadata.TryGetValue(HeaderChecksum, out var stored))
        {
            var place = json.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\"{HeaderChecksum}\":\"{stored}\""));
            if (stored.Length != _noChecksum.Length || place < 0)
            {
                throw Damaged(name, "has a checksum of its header that is none");
            }

            Encoding.ASCII.GetBytes(_noChecksum).CopyTo(json, place + HeaderChecksum.Length + 4);
            if (Convert.ToHexStringLower(SHA256.HashData(json)) != stored)
            {
                throw Damaged(name, "does not match the checksum of its header");
            }
        }

        var texts = Metadata.Where(text => text.Key is not (DataChecksum or HeaderChecksum)).ToDictionary(StringComparer.Ordinal);
        return this with { Metadata = texts, _dataChecksum = Metadata.GetValueOrDefault(DataChecksum) };
    }
}
