using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using L2O.Imports.TensorFlow;

namespace L2O.Tests.Imports;

/// <summary>Small files of other programs, byte by byte.</summary>
internal static class ForeignBytes
{
    internal sealed record Values(string Name, long[] Shape, float[] Numbers);

    /// <summary>An array of consecutive numbers, from one on.</summary>
    internal static Values Counted(string name, params long[] shape) => Counted(name, factor: 1, shape);

    internal static Values Counted(string name, float factor, params long[] shape) => new(
        name, shape, [.. Enumerable.Range(1, (int)shape.Aggregate(1L, (count, size) => count * size)).Select(i => factor * i)]);

    /// <summary>As dill 0.3 writes a defaultdict of dictionaries under protocol 3; names are MODULE/VARIABLE.</summary>
    internal static byte[] DillPickle(params IReadOnlyList<Values> arrays) =>
    [
        0x80, 3, .. "ccollections\ndefaultdict\ncdill._dill\n_load_type\n"u8, .. Text("dict"), 0x85, (byte)'R', 0x85, (byte)'R', (byte)'(',
        .. arrays.GroupBy(array => array.Name.Split('/')[0]).SelectMany(module => (byte[])
        [
            .. Text(module.Key), (byte)'}', (byte)'(', .. module.SelectMany(array => (byte[])[.. Text(array.Name.Split('/')[^1]), .. PickledArray(array)]), (byte)'u',
        ]),
        (byte)'u', (byte)'.',
    ];

    /// <summary>As flax.serialization.msgpack_serialize writes nested dictionaries; names are MODULE/VARIABLE.</summary>
    internal static byte[] FlaxMap(params IReadOnlyList<Values> arrays) => FlaxMap("float32", arrays);

    internal static byte[] FlaxMap(string type, IReadOnlyList<Values> arrays)
    {
        IGrouping<string, Values>[] modules = [.. arrays.GroupBy(array => array.Name.Split('/')[0])];
        return
        [
            (byte)(0x80 | modules.Length),
            .. modules.SelectMany(module => (byte[])
            [
                .. FlaxText(module.Key), (byte)(0x80 | module.Count()),
                .. module.SelectMany(array => (byte[])[.. FlaxText(array.Name.Split('/')[^1]), .. FlaxArray(type, array)]),
            ]),
        ];
    }

    /// <summary>As numpy.savez writes arrays.</summary>
    internal static byte[] Npz(params IReadOnlyList<Values> arrays) =>
        Zip([.. arrays.Select(array => ($"{array.Name}.npy", Npy("<f4", array)))]);

    internal static byte[] Zip(params IReadOnlyList<(string Name, byte[] Content)> entries)
    {
        using MemoryStream file = new();
        using (ZipArchive archive = new(file, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                stream.Write(content);
            }
        }

        return file.ToArray();
    }

    internal static byte[] Npy(string type, Values array) => Npy(
        $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Concat(array.Shape.Select(size => $"{size}, "))}), }}",
        Bytes(array));

    internal static byte[] Npy(string header, byte[] content) =>
        [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8), .. Encoding.ASCII.GetBytes(header), .. content];

    /// <summary>The .index and the .data of a TensorFlow checkpoint, with few keys in each block.</summary>
    internal static (byte[] Index, byte[] Data) TensorFlow(params IReadOnlyList<Values> arrays)
    {
        var (entries, data) = TensorFlowEntries(arrays);
        return (Table([.. entries.Chunk(4).Select(chunk => Block(chunk))]), data);
    }

    /// <summary>What the index says, in order, and the data.</summary>
    internal static ((string Key, byte[] Value)[] Entries, byte[] Data) TensorFlowEntries(IReadOnlyList<Values> arrays)
    {
        List<(string Key, byte[] Value)> entries = [("", [0x08, 1, 0x1A, 2, 0x08, 1])];
        List<byte> data = [];
        foreach (var array in arrays.OrderBy(array => array.Name, StringComparer.Ordinal))
        {
            var bytes = Bytes(array);
            entries.Add((array.Name, Entry(1, array.Shape, data.Count, bytes)));
            data.AddRange(bytes);
        }

        return ([.. entries], [.. data]);
    }

    /// <summary>BundleEntryProto.</summary>
    internal static byte[] Entry(int type, long[] shape, int offset, byte[] bytes)
    {
        byte[] dimensions = [.. shape.SelectMany(size => Message(2, [0x08, .. Varint(size)]))];
        return
        [
            0x08, (byte)type, .. Message(2, dimensions), 0x20, .. Varint(offset), 0x28, .. Varint(bytes.Length),
            0x35, .. Number(Crc32C.Masked(bytes)),
        ];
    }

    /// <summary>A table of blocks of entries.</summary>
    internal static byte[] Table(params IReadOnlyList<byte[]> blocks)
    {
        List<byte> file = [];
        List<(string Key, byte[] Value)> index = [];
        foreach (var (i, block) in blocks.Index())
        {
            index.Add(($"{(char)('a' + i)}", Stored(file, block)));
        }

        byte[] footer = [.. Stored(file, Block()), .. Stored(file, Block([.. index]))];
        return [.. file, .. footer, .. new byte[40 - footer.Length], 0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB];
    }

    /// <summary>Keys, each by what it does not share with the one before, values, and where keys are whole: the first.</summary>
    internal static byte[] Block(params IReadOnlyList<(string Key, byte[] Value)> entries)
    {
        List<byte> block = [];
        var last = "";
        foreach (var (key, value) in entries)
        {
            var shared = key.Zip(last).TakeWhile(pair => pair.First == pair.Second).Count();
            block.AddRange([.. Varint(shared), .. Varint(key.Length - shared), .. Varint(value.Length), .. Encoding.UTF8.GetBytes(key[shared..]), .. value]);
            last = key;
        }

        return [.. block, .. Number(0), .. Number(1)];
    }

    internal static byte[] Bytes(Values array) => MemoryMarshal.AsBytes(array.Numbers.AsSpan()).ToArray();

    internal static byte[] Number(uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    // Appends a block with its compression, none, and its checksum; gives its place.
    private static byte[] Stored(List<byte> file, byte[] block)
    {
        byte[] place = [.. Varint(file.Count), .. Varint(block.Length)];
        byte[] content = [.. block, 0];
        file.AddRange([.. content, .. Number(Crc32C.Masked(content))]);
        return place;
    }

    private static byte[] Message(int field, byte[] content) => [(byte)((field << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Varint(long value) => value < 0x80 ? [(byte)value] : [(byte)(value | 0x80), .. Varint(value >> 7)];

    private static byte[] Text(string text) => [(byte)'X', .. Number((uint)text.Length), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] PickledArray(Values array) =>
    [
        .. "cdill._dill\n_get_attr\ncdill._dill\n_import_module\n"u8, .. Text("numpy.core._multiarray_umath"), 0x85, (byte)'R',
        .. Text("_reconstruct"), 0x86, (byte)'R', .. "cnumpy\nndarray\n"u8, (byte)'K', 0, 0x85, (byte)'C', 1, (byte)'b', 0x87, (byte)'R',
        (byte)'(', (byte)'K', 1, (byte)'(', .. array.Shape.SelectMany(size => (byte[])[(byte)'J', .. Number((uint)size)]), (byte)'t',
        .. "cnumpy\ndtype\n"u8, .. Text("f4"), (byte)'K', 0, (byte)'K', 1, 0x87, (byte)'R', (byte)'(', (byte)'K', 3, .. Text("<"), .. "NNN"u8,
        (byte)'J', .. Number(uint.MaxValue), (byte)'J', .. Number(uint.MaxValue), (byte)'K', 0, (byte)'t', (byte)'b', 0x89,
        (byte)'B', .. Number((uint)(4 * array.Numbers.Length)), .. Bytes(array), (byte)'t', (byte)'b',
    ];

    private static byte[] FlaxText(string text) => [(byte)(0xA0 | text.Length), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] FlaxArray(string type, Values array)
    {
        var bytes = Bytes(array);
        byte[] content =
        [
            0x93, (byte)(0x90 | array.Shape.Length), .. array.Shape.Select(size => (byte)size), .. FlaxText(type),
            0xC5, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes,
        ];
        return [0xC8, (byte)(content.Length >> 8), (byte)content.Length, 1, .. content];
    }
}
