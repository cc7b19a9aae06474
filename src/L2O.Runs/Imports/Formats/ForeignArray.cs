namespace L2O.Imports.Formats;

/// <summary>An array as a file of another program holds it.</summary>
/// <param name="Type">What its numbers are: float32, float64, or another name, in the file's words.</param>
/// <param name="Shape">Its dimensions; empty for a scalar.</param>
/// <param name="Values">Row by row; none where the type is another.</param>
internal sealed record ForeignArray(string Type, long[] Shape, float[] Values)
{
    internal const string Single = "float32";
    internal const string Double = "float64";

    /// <summary>Whether its numbers were read.</summary>
    internal bool IsFloating => Type is Single or Double;

    /// <summary>A shape in messages.</summary>
    internal static string Shown(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
