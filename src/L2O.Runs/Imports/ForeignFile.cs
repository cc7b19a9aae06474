using L2O.Errors;
using L2O.Imports.Formats;
using L2O.Imports.Pickles;
using L2O.Imports.TensorFlow;
using L2O.Storage;

namespace L2O.Imports;

/// <summary>Arrays by name, as another program wrote them. What the format is, the bytes tell.</summary>
/// <param name="Path">For messages.</param>
/// <param name="Sources">The files that they come from.</param>
/// <param name="Arrays">One or more.</param>
internal sealed record ForeignFile(
    string Path, IReadOnlyList<SourceFile> Sources, IReadOnlyDictionary<string, ForeignArray> Arrays)
{
    private const string Expected =
        "expected a pickle, the .index of a TensorFlow checkpoint, MessagePack as flax writes it, or .npz";

    /// <summary>Reads a file, and the one beside it where a format has two.</summary>
    /// <param name="path">Of a TensorFlow checkpoint also what its files' names begin with.</param>
    /// <exception cref="CheckpointException">It is missing or damaged, or holds something else.</exception>
    internal static ForeignFile Read(string path)
    {
        var isPrefix = !System.IO.Path.Exists(path) && File.Exists(path + TensorFlowCheckpoint.IndexExtension);
        return Of(SourceFile.Read(isPrefix ? path + TensorFlowCheckpoint.IndexExtension : path), SourceFile.Read);
    }

    /// <summary>Reads one that is in memory already.</summary>
    /// <param name="file">The first, or the only one.</param>
    /// <param name="read">Gives the one beside it by its path.</param>
    /// <inheritdoc cref="Read(string)"/>
    internal static ForeignFile Of(SourceFile file, Func<string, SourceFile> read)
    {
        try
        {
            var (sources, arrays) = Contents(file, read);
            return arrays.Count > 0
                ? new(file.Path, sources, arrays)
                : throw new CheckpointException($"{file.Path}: holds no array; name the file of a trained optimizer");
        }
        catch (InvalidDataException e)
        {
            throw new CheckpointException($"{file.Path}: {OneLine(e.Message)}; it is damaged or of another program, use another file", e);
        }
    }

    /// <summary>A size of an array, if it has one that makes sense.</summary>
    internal int? Size(string name, Index dimension) =>
        Arrays.TryGetValue(name, out var array) && array.IsFloating && array.Values.Length > 0
            && dimension.GetOffset(array.Shape.Length) is var at && at >= 0 && at < array.Shape.Length
            ? (int)array.Shape[at]
            : null;

    private static (IReadOnlyList<SourceFile> Sources, IReadOnlyDictionary<string, ForeignArray> Arrays) Contents(
        SourceFile file, Func<string, SourceFile> read)
    {
        var bytes = file.Bytes;
        if (SortedTable.IsOne(bytes))
        {
            var data = read(WithoutExtension(file.Path) + TensorFlowCheckpoint.DataExtension);
            return ([file, data], TensorFlowCheckpoint.Read(bytes, data.Bytes));
        }

        // A safetensors file can begin as a map of MessagePack does.
        return ([file], bytes switch
        {
            [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..] => throw Unknown(file),
            _ when NpzFile.IsOne(bytes) => NpzFile.Read(bytes, SourceFile.MostBytes),
            _ when PickleFile.IsOne(bytes) => PickleFile.Read(bytes),
            _ when MessagePackFile.IsOne(bytes) => MessagePackFile.Read(bytes),
            _ => throw Unknown(file),
        });
    }

    private static CheckpointException Unknown(SourceFile file) => new($"{file.Path}: is {Described(file.Bytes)}, {Expected}");

    private static string Described(byte[] bytes) => bytes switch
    {
        [_, _, _, _, 0, 0, 0, 0, (byte)'{', ..] => "a safetensors file, which --checkpoint takes if it is one of l2o's",
        [] => "empty",
        _ => FileFormat.Of(bytes.AsSpan(0, Math.Min(bytes.Length, FileFormat.StartSize))) ?? "of a format that is not known",
    };

    private static string WithoutExtension(string path) => path.EndsWith(TensorFlowCheckpoint.IndexExtension, StringComparison.Ordinal)
        ? path[..^TensorFlowCheckpoint.IndexExtension.Length]
        : path;

    // Texts of a damaged file can be anything, and end up on terminals.
    private static string OneLine(string message) =>
        string.Concat(message.TrimEnd('.').Select(letter => char.IsControl(letter) ? '?' : letter).Take(300));
}
