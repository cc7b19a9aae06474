namespace L2O.Imports.Pickles;

/// <summary>What comes of the calls that a pickle describes. Nothing is called: each is one of a few, and a value follows from its arguments.</summary>
internal static class PickleCalls
{
    /// <summary>The value of a call.</summary>
    /// <exception cref="InvalidDataException">It is none of the few.</exception>
    internal static object? Result(object? function, object? arguments) => (function, arguments) switch
    {
        (PickleGlobal.Dictionary, object?[] and ([] or [PickleGlobal.Dictionary or null])) => new PickledDictionary(),
        (PickleGlobal.LoadType, object?[] and ["dict"]) => PickleGlobal.Dictionary,
        (PickleGlobal.ImportModule, object?[] and [string module]) => PickleGlobals.Module(module),
        (PickleGlobal.GetAttribute, object?[] and [PickleModule module, string name]) => PickleGlobals.Find(module.Name, name),
        (PickleGlobal.Encode, object?[] and [string text, "latin1"]) => text,
        (PickleGlobal.Type, object?[] and [string code, ..]) => new PickledType(code),
        (PickleGlobal.Reconstruct, object?[] and [PickleGlobal.Array, ..]) => new PickledArray(),
        (PickleGlobal.Scalar, object?[] and [PickledType type, { } content]) => new PickledArray(content, type, [], isByColumn: false),
        (PickleGlobal.FromBuffer, object?[] and [{ } content, PickledType type, object?[] shape, string order]) =>
            new PickledArray(content, type, PickleValue.Sizes(shape), isByColumn: order == "F"),
        (PickleGlobal named, _) => throw new InvalidDataException($"calls {named} with other arguments than dictionaries of arrays do"),
        _ => throw new InvalidDataException($"calls {PickleValue.Shown(function)}"),
    };

    /// <summary>A value with a state that the pickle gives it.</summary>
    /// <exception cref="InvalidDataException">It is of a sort that has none.</exception>
    internal static object Built(object? value, object? state)
    {
        switch (value)
        {
            case PickledType type:
                return type.Ordered(state);
            case PickledArray array:
                array.Fill(state);
                return array;
            default:
                throw new InvalidDataException($"gives a state to {PickleValue.Shown(value)}");
        }
    }
}
