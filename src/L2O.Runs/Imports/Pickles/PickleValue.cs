using System.Text;

namespace L2O.Imports.Pickles;

/// <summary>A dictionary of a pickle; it can hold itself.</summary>
internal sealed class PickledDictionary
{
    private readonly Dictionary<string, object?> _values = new(StringComparer.Ordinal);

    internal IReadOnlyDictionary<string, object?> Values => _values;

    /// <exception cref="InvalidDataException">The key is no text, or there already.</exception>
    internal void Add(object? key, object? value)
    {
        if (key is not string name || !_values.TryAdd(name, value))
        {
            throw new InvalidDataException(
                key is string twice ? $"has {twice} twice" : $"has {PickleValue.Shown(key)} for a name in a dictionary");
        }
    }
}

/// <summary>What values of a pickle are, beside its own classes: numbers, truth values, texts, bytes, tuples and None.</summary>
internal static class PickleValue
{
    private const int MostDimensions = 8;

    /// <summary>A tuple of a few whole numbers.</summary>
    /// <exception cref="InvalidDataException">It has something else, or many.</exception>
    internal static long[] Sizes(object?[] tuple) => tuple.Length <= MostDimensions
        ? [.. tuple.Select(size => size is long whole ? whole : throw new InvalidDataException($"has {Shown(size)} among an array's sizes"))]
        : throw new InvalidDataException($"has an array of {tuple.Length} dimensions, expected at most {MostDimensions}");

    /// <summary>Bytes, which older protocols write as a text of as many letters.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    internal static ReadOnlyMemory<byte> BytesOf(object? value) => value switch
    {
        ReadOnlyMemory<byte> bytes => bytes,
        string text when text.All(letter => letter <= byte.MaxValue) => Encoding.Latin1.GetBytes(text),
        _ => throw new InvalidDataException($"has {Shown(value)} for an array's bytes"),
    };

    /// <summary>What a value is, for messages.</summary>
    internal static string Shown(object? value) => value switch
    {
        null => "None",
        long or bool => "a number",
        string => "a text",
        ReadOnlyMemory<byte> => "bytes",
        object?[] => "a tuple",
        PickledDictionary => "a dictionary",
        PickledArray => "an array",
        _ => "the name of something",
    };
}
