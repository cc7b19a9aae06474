namespace L2O.Imports.Formats;

/// <summary>NumPy's short names of types: an order of bytes, a letter and a size.</summary>
internal static class NumpyType
{
    /// <summary>The type as arrays of files name it; one that is not read keeps its short name.</summary>
    internal static string Of(string code) => code.TrimStart('<', '=', '|') switch
    {
        "f4" => ForeignArray.Single,
        "f8" => ForeignArray.Double,
        _ => code,
    };
}
