namespace L2O.Imports.Pickles;

/// <summary>What a pickle of arrays may name. Each is a word here, and none is ever looked up or called.</summary>
internal enum PickleGlobal
{
    /// <summary>A dictionary, of whichever sort.</summary>
    Dictionary,

    /// <summary>NumPy's array.</summary>
    Array,

    /// <summary>NumPy's type of an array's numbers.</summary>
    Type,

    /// <summary>Makes an array that is filled afterwards.</summary>
    Reconstruct,

    /// <summary>Makes an array of bytes.</summary>
    FromBuffer,

    /// <summary>Makes a single number.</summary>
    Scalar,

    /// <summary>Makes bytes of a text, in protocols that lack bytes.</summary>
    Encode,

    /// <summary>Dill's way to name a type.</summary>
    LoadType,

    /// <summary>Dill's way to name a module.</summary>
    ImportModule,

    /// <summary>Dill's way to name what is in a module.</summary>
    GetAttribute,
}

/// <summary>A module that a pickle names, by one that holds something of <see cref="PickleGlobal"/>.</summary>
internal sealed record PickleModule(string Name);

/// <summary>Looks up names in pickles.</summary>
internal static class PickleGlobals
{
    private static readonly Dictionary<(string Module, string Name), PickleGlobal> _known = new()
    {
        [("builtins", "dict")] = PickleGlobal.Dictionary,
        [("__builtin__", "dict")] = PickleGlobal.Dictionary,
        [("collections", "defaultdict")] = PickleGlobal.Dictionary,
        [("collections", "OrderedDict")] = PickleGlobal.Dictionary,
        [("numpy", "ndarray")] = PickleGlobal.Array,
        [("numpy", "dtype")] = PickleGlobal.Type,
        [("numpy.core.multiarray", "_reconstruct")] = PickleGlobal.Reconstruct,
        [("numpy._core.multiarray", "_reconstruct")] = PickleGlobal.Reconstruct,
        [("numpy.core._multiarray_umath", "_reconstruct")] = PickleGlobal.Reconstruct,
        [("numpy._core._multiarray_umath", "_reconstruct")] = PickleGlobal.Reconstruct,
        [("numpy.core.numeric", "_frombuffer")] = PickleGlobal.FromBuffer,
        [("numpy._core.numeric", "_frombuffer")] = PickleGlobal.FromBuffer,
        [("numpy.core.multiarray", "scalar")] = PickleGlobal.Scalar,
        [("numpy._core.multiarray", "scalar")] = PickleGlobal.Scalar,
        [("numpy.core._multiarray_umath", "scalar")] = PickleGlobal.Scalar,
        [("numpy._core._multiarray_umath", "scalar")] = PickleGlobal.Scalar,
        [("_codecs", "encode")] = PickleGlobal.Encode,
        [("dill._dill", "_load_type")] = PickleGlobal.LoadType,
        [("dill._dill", "_import_module")] = PickleGlobal.ImportModule,
        [("dill._dill", "_get_attr")] = PickleGlobal.GetAttribute,
    };

    /// <summary>What a module's name stands for.</summary>
    /// <exception cref="InvalidDataException">Something else than arrays are made of.</exception>
    internal static PickleGlobal Find(string module, string name) => _known.TryGetValue((module, name), out var known)
        ? known
        : throw new InvalidDataException($"asks for {module}.{name}, and no dictionary of arrays needs that");

    /// <summary>A module by name.</summary>
    /// <exception cref="InvalidDataException">It holds nothing that arrays are made of.</exception>
    internal static PickleModule Module(string name) => _known.Keys.Any(known => known.Module == name)
        ? new(name)
        : throw new InvalidDataException($"asks for the module {name}, and no dictionary of arrays needs that");
}
