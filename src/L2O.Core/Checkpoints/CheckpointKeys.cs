using System.Reflection;
using System.Text.Json;

namespace L2O.Checkpoints;

/// <summary>Names in checkpoints that others rely on, and how records' properties are named there.</summary>
internal static class CheckpointKeys
{
    /// <summary>What `format` must say.</summary>
    internal const string FormatValue = "l2o/1";

    internal const string Format = "format";

    /// <summary>Of the program that wrote the file.</summary>
    internal const string Version = "version";

    /// <summary>Options of the learned optimizer, as JSON.</summary>
    internal const string Optimizer = "optimizer";

    /// <summary>Stands before the names of phi's tensors.</summary>
    internal const string PhiPrefix = "optimizer/";

    /// <summary>In place of a part of a record that is null.</summary>
    internal const string None = "none";

    /// <summary>What a record is made of: every property that can be set, with its name in the file.</summary>
    internal static IEnumerable<(PropertyInfo Property, string Name)> Of(Type record) => record
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite)
        .Select(property => (property, JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)));

    /// <summary>Whether a type is a record of the library's own.</summary>
    internal static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    /// <summary>A name below another.</summary>
    internal static string Join(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}/{name}";
}
