using L2O.Imports.Formats;

namespace L2O.Imports.Pickles;

/// <summary>A type of numbers, by NumPy's short name.</summary>
internal sealed record PickledType(string Code)
{
    /// <summary>The same with the order of bytes that a pickle tells afterwards.</summary>
    /// <exception cref="InvalidDataException">It tells something else.</exception>
    internal PickledType Ordered(object? state) => state is object?[] and [long, string order, null, null, null, ..]
        ? new(order == ">" ? order + Code : Code)
        : throw new InvalidDataException("has a type of numbers that is not a plain one");
}

/// <summary>An array in a pickle, which is often named first and filled afterwards.</summary>
internal sealed class PickledArray
{
    private PickledType? _type;
    private long[] _shape = [];
    private object? _content;
    private bool _isByColumn;

    internal PickledArray()
    {
    }

    internal PickledArray(object content, PickledType type, long[] shape, bool isByColumn) =>
        (_content, _type, _shape, _isByColumn) = (content, type, shape, isByColumn);

    /// <summary>Fills it: with a version, shape, type, whether it is in columns, and its bytes.</summary>
    /// <exception cref="InvalidDataException">The state is another.</exception>
    internal void Fill(object? state) =>
        (_shape, _type, _isByColumn, _content) = state is object?[] and [long, object?[] shape, PickledType type, bool isByColumn, { } content]
            ? (PickleValue.Sizes(shape), type, isByColumn, content)
            : throw new InvalidDataException("has an array that is not made of shape, type, order and bytes");

    internal void AddTo(ArrayTable table, string name)
    {
        var type = NumpyType.Of(_type?.Code ?? throw new InvalidDataException($"has {name} that is never filled"));
        table.Add(name, type, _shape, PickleValue.BytesOf(_content).Span, _isByColumn);
    }
}
