namespace L2O.Storage;

/// <summary>Tells by their first bytes what files are that somebody may take for something else.</summary>
internal static class FileFormat
{
    /// <summary>How many bytes are looked at; a file may have fewer.</summary>
    internal const int StartSize = 64;

    private static readonly (byte[] Start, string Name)[] _known =
    [
        ([.. "PK\u0003\u0004"u8], "a zip archive, as torch.save and numpy.savez write"),
        ([0x1F, 0x8B], "gzip data"),
        ([.. "BZh"u8], "bzip2 data"),
        ([0xFD, .. "7zXZ"u8], "xz data"),
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd data"),
        ([0x89, .. "HDF\r\n"u8], "HDF5, as Keras writes"),
        ([0x93, .. "NUMPY"u8], "a NumPy array"),
        ([.. "GGUF"u8], "a GGUF model"),
        ([.. "version https://git-lfs"u8], "a pointer of Git LFS in place of the file, which git lfs pull fetches"),
        ([.. "<!DOCTYPE"u8], "a web page"),
        ([.. "<html"u8], "a web page"),
    ];

    /// <summary>What a file is, to follow "is"; null where that is not known.</summary>
    /// <param name="start">The file's first bytes.</param>
    internal static string? Of(ReadOnlySpan<byte> start)
    {
        foreach (var (known, name) in _known)
        {
            if (start.StartsWith(known))
            {
                return name;
            }
        }

        return start switch
        {
            // A pickle of protocol 2 or newer says so first, and then begins with an object or a frame.
            [0x80, >= 2 and <= 5, ..] => "a Python pickle, as torch.save and pickle.dump write",

            // Protocol buffers: the version of the format (field 1), then who wrote it (field 2) or the graph (field 7).
            [0x08, < 0x20, 0x12 or 0x3A, ..] => "an ONNX model",
            { Length: > 0 } when !start.ContainsAnyExceptInRange((byte)'\t', (byte)'~') => "text",
            _ => null,
        };
    }
}
