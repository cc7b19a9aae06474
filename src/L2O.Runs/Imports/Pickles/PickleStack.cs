namespace L2O.Imports.Pickles;

/// <summary>What a pickle's instructions work on: a stack with marks, and a memo.</summary>
internal sealed class PickleStack
{
    private readonly List<object?> _values = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<ulong, object?> _memo = [];

    /// <summary>How many values were kept, which is the next one's number where none is given.</summary>
    internal ulong KeptCount => (ulong)_memo.Count;

    internal void Push(object? value) => _values.Add(value);

    internal void Mark() => _marks.Push(_values.Count);

    /// <summary>Takes values off, and gives them in the order in which they came.</summary>
    internal object?[] Take(int count)
    {
        if (_values.Count - (_marks.TryPeek(out var mark) ? mark : 0) < count)
        {
            throw new InvalidDataException("takes a value that is not there");
        }

        object?[] taken = [.. _values.GetRange(_values.Count - count, count)];
        _values.RemoveRange(_values.Count - count, count);
        return taken;
    }

    /// <summary>The same for all above the last mark, which goes too.</summary>
    internal object?[] TakeMarked()
    {
        if (_marks.Count == 0)
        {
            throw new InvalidDataException("takes values from a mark that is not there");
        }

        var taken = Take(_values.Count - _marks.Peek());
        _marks.Pop();
        return taken;
    }

    /// <summary>The value on top, which stays.</summary>
    internal object? Top
    {
        get
        {
            var top = Take(1)[0];
            Push(top);
            return top;
        }
    }

    internal void Keep(ulong number) => _memo[number] = Top;

    internal void Recall(ulong number) => Push(_memo.TryGetValue(number, out var value)
        ? value
        : throw new InvalidDataException($"recalls value {number}, which it has not kept"));
}
