namespace L2O.Cli.Reference;

/// <summary>Pieces of Markdown.</summary>
internal static class Markdown
{
    /// <summary>A table, and an empty line after it; no lines where it has no rows.</summary>
    internal static IEnumerable<string> Table(string[] headings, IEnumerable<string[]> rows)
    {
        var lines = rows.Select(Line).ToArray();
        return lines.Length == 0 ? [] : [Line(headings), Line([.. headings.Select(_ => "---")]), .. lines, ""];
    }

    /// <summary>A value as it is written in configs.</summary>
    internal static string Code(string text) => $"`{text}`";

    /// <summary>Prose in which no letter means anything to Markdown but those that mark code.</summary>
    internal static string Text(string text) => text.Replace("<", "&lt;", StringComparison.Ordinal);

    // A bar would end the cell, in code too.
    private static string Line(string[] cells) =>
        $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |";
}
