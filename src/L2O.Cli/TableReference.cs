using System.Reflection;
using System.Text.Json;
using L2O.Runs.Tables;

namespace L2O.Cli;

/// <summary>Every table that runs leave, with its columns, in Markdown.</summary>
internal static class TableReference
{
    private static readonly (string Name, string Commands, Type Row)[] Tables =
    [
        ("meta.csv", "train", typeof(MetaRow)),
        ("validation.csv", "train", typeof(ValidationRow)),
        ("tuning.csv", "evaluate, analyze", typeof(TuningRow)),
        ("curves.csv", "evaluate", typeof(CurveRow)),
        ("summary.csv", "evaluate", typeof(SummaryRow)),
        ("flatness.csv", "analyze", typeof(FlatnessRow)),
        ("esd.csv", "analyze", typeof(EsdRow)),
        ("slices.csv", "analyze", typeof(SliceRow)),
        ("planes.csv", "analyze", typeof(PlaneRow)),
        ("correlations.csv", "analyze", typeof(CorrelationRow)),
    ];

    /// <summary>Each table's columns, in their order.</summary>
    internal static IEnumerable<string> Lines(Documentation documentation) =>
    [
        "## Tables",
        "",
        "A column with a question mark may be empty.",
        "",
        .. Markdown.Table(
            ["table", "made by", "a row is", "columns"],
            Tables.Select(table => new[]
            {
                Markdown.Code(table.Name),
                table.Commands,
                Markdown.Text(About(table.Name, documentation.Of(table.Row))),
                string.Join(", ", Columns(table.Row)),
            })),
    ];

    private static IEnumerable<string> Columns(Type row)
    {
        NullabilityInfoContext nullability = new();
        return row.GetProperties().Select(property =>
            Markdown.Code(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))
            + (nullability.Create(property).ReadState == NullabilityState.Nullable ? "?" : ""));
    }

    // "A row of meta.csv: one unroll." has said the table's name.
    private static string About(string table, string summary) =>
        summary.Replace($"A row of {table}: ", "", StringComparison.Ordinal);
}
