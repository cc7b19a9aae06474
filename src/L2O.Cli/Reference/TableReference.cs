using System.Reflection;
using System.Text.Json;
using L2O.Runs.Sweeps;
using L2O.Runs.Tables;

namespace L2O.Cli.Reference;

/// <summary>Every table that runs and sweeps leave, with its columns, in Markdown.</summary>
internal static class TableReference
{
    /// <summary>Each table's columns, in their order.</summary>
    internal static IEnumerable<string> Lines(Documentation documentation) =>
    [
        "## Tables",
        "",
        "A column with a question mark may be empty.",
        "",
        .. Markdown.Table(
            ["table", "made by", "rows", "columns"],
            new[] { typeof(RunTables), typeof(SweepTables) }
                .SelectMany(tables => tables.GetFields(BindingFlags.Public | BindingFlags.Static))
                .Select(field => Row(field, documentation))),
    ];

    // A table's summary begins with the commands that make it: "train: one row for each unroll."
    private static string[] Row(FieldInfo field, Documentation documentation) =>
        field.GetValue(null) is Table table && documentation.Of(field).Split(": ", 2) is [var commands, var rows]
            ? [Markdown.Code(table.FileName), commands, Markdown.Text(rows), string.Join(", ", Columns(table))]
            : throw new InvalidOperationException($"{field.Name} is no table with a summary that says who makes it");

    private static IEnumerable<string> Columns(Table table)
    {
        NullabilityInfoContext nullability = new();
        var properties = table.RowType.GetProperties()
            .ToDictionary(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
        return table.Columns.Select(column => Markdown.Code(column)
            + (nullability.Create(properties[column]).ReadState == NullabilityState.Nullable ? "?" : ""));
    }
}
