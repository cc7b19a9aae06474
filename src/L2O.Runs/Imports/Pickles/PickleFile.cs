using L2O.Imports.Formats;

namespace L2O.Imports.Pickles;

/// <summary>Nested dictionaries of NumPy arrays in a Python pickle, written by pickle or by dill.</summary>
internal static class PickleFile
{
    private const int DeepestDictionary = 16;

    /// <summary>Whether bytes begin as a pickle of protocol 2 or newer does, or begin and end as one of the first two.</summary>
    internal static bool IsOne(ReadOnlySpan<byte> bytes) =>
        bytes is [0x80, >= 2, ..] or [(byte)'(' or (byte)'}' or (byte)'c', .., (byte)'.'];

    /// <exception cref="InvalidDataException">It holds something else.</exception>
    internal static IReadOnlyDictionary<string, ForeignArray> Read(ReadOnlyMemory<byte> bytes)
    {
        ArrayTable table = new(bytes.Length);
        var value = new PickleReader(bytes).Read();
        if (value is not PickledDictionary root)
        {
            throw new InvalidDataException($"is a pickle of {PickleValue.Shown(value)}, expected dictionaries of arrays");
        }

        Collect(root, "", [], table);
        return table.Arrays;
    }

    private static void Collect(PickledDictionary dictionary, string path, HashSet<PickledDictionary> seen, ArrayTable table)
    {
        // One that is in several places, or holds itself, can stand for more than anybody could read.
        if (!seen.Add(dictionary) || path.Count(letter => letter == '/') >= DeepestDictionary)
        {
            throw new InvalidDataException(
                $"has {path} that is a dictionary also found elsewhere, or more than {DeepestDictionary} deep");
        }

        foreach (var (key, value) in dictionary.Values)
        {
            var name = ArrayTable.Join(path, key);
            switch (value)
            {
                case PickledArray array:
                    array.AddTo(table, name);
                    break;
                case PickledDictionary below:
                    Collect(below, name, seen, table);
                    break;
                default:
                    throw new InvalidDataException($"has {name} that is {PickleValue.Shown(value)}, expected an array or a dictionary of them");
            }
        }
    }
}
