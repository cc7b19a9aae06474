using L2O.Imports.Formats;

namespace L2O.Imports.TensorFlow;

/// <summary>TensorFlow's checkpoints of version 2: an index of tensors, and a file that holds their bytes.</summary>
internal static class TensorFlowCheckpoint
{
    internal const string IndexExtension = ".index";
    internal const string DataExtension = ".data-00000-of-00001";

    // What the optimizer of the training remembers of each tensor, under its name, and counters beside them.
    private static readonly string[] _slots = ["RMSProp", "RMSProp_1", "Adam", "Adam_1", "Momentum", "Adagrad"];
    private static readonly string[] _counters = ["global_step", "beta1_power", "beta2_power"];

    /// <summary>The tensors, without what the optimizer that trained them remembers.</summary>
    /// <param name="index">A table.</param>
    /// <param name="data">The other file.</param>
    /// <exception cref="InvalidDataException">One of them is damaged.</exception>
    internal static IReadOnlyDictionary<string, ForeignArray> Read(ReadOnlyMemory<byte> index, ReadOnlyMemory<byte> data)
    {
        ArrayTable table = new(data.Length);
        foreach (var (key, value) in SortedTable.Read(index))
        {
            if (key.Length == 0)
            {
                RequireOneFile(value);
                continue;
            }

            var name = ArrayTable.Join("", key);
            var entry = BundleEntry.Parse(name, value);
            table.Add(name, entry.Type, entry.Shape, entry.IsText ? [] : BytesOf(name, entry, data).Span);
        }

        return table.Arrays.Where(array => !IsOfTraining(array.Key, table.Arrays)).ToDictionary(StringComparer.Ordinal);
    }

    private static void RequireOneFile(ReadOnlyMemory<byte> header)
    {
        ProtocolField[] fields = [.. ProtocolFields.Of(header)];
        var fileCount = fields.FirstOrDefault(field => field.Number == 1).Value;
        if (fileCount != 1 || fields.Any(field => field is { Number: 2, Value: not 0 }))
        {
            throw new InvalidDataException($"has its tensors in {fileCount} files or with their highest byte first, expected one file, lowest byte first");
        }
    }

    private static ReadOnlyMemory<byte> BytesOf(string name, BundleEntry entry, ReadOnlyMemory<byte> data)
    {
        if (entry.Offset > (ulong)data.Length || entry.Size > (ulong)data.Length - entry.Offset)
        {
            throw new InvalidDataException(
                $"has {name} at byte {entry.Offset} of its data with {entry.Size} bytes, where all are {data.Length}");
        }

        var bytes = data.Slice((int)entry.Offset, (int)entry.Size);
        return Crc32C.Masked(bytes.Span) == entry.Checksum
            ? bytes
            : throw new InvalidDataException($"has {name} that does not match its checksum");
    }

    private static bool IsOfTraining(string name, IReadOnlyDictionary<string, ForeignArray> all) =>
        _counters.Contains(name) || _slots.Any(slot => name.EndsWith($"/{slot}", StringComparison.Ordinal) && all.ContainsKey(name[..^(slot.Length + 1)]));
}
