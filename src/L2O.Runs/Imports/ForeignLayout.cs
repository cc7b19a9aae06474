using L2O.Options;

namespace L2O.Imports;

/// <summary>One array that a file has, and what it becomes.</summary>
/// <param name="Name">In the file.</param>
/// <param name="Shape">In the file.</param>
/// <param name="ToOurs">Our arrays, row by row, of its values.</param>
internal sealed record ForeignPart(string Name, long[] Shape, Func<float[], IReadOnlyList<(string Name, float[] Values)>> ToOurs)
{
    /// <summary>One that is the same here, whatever its name.</summary>
    internal static ForeignPart Same(string name, string ours, long[] shape) => new(name, shape, values => [(ours, values)]);
}

/// <summary>How files lay out a learned optimizer's parameters.</summary>
/// <param name="Sizes">The options that a file's shapes tell, as a config would say them; those that they do not are left out.</param>
/// <param name="Parts">What a file of an optimizer with such options has.</param>
internal sealed record ForeignLayout(Func<ForeignFile, IEnumerable<string>> Sizes, Func<IOptions, IEnumerable<ForeignPart>> Parts);
