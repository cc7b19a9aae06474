using L2O.Reports.Documents;

namespace L2O.Cli.Output;

/// <summary>Prints aligned columns on stdout.</summary>
internal static class TextTable
{
    /// <summary>Each column as wide as its longest cell; what does not fit the terminal goes on below, in its own column.</summary>
    /// <param name="rows">All with the same number of cells; there may be none.</param>
    internal static void Print(IEnumerable<string[]> rows) => Print([.. rows], Terminal.OutputWidth ?? int.MaxValue);

    /// <summary>The same in at most so many characters.</summary>
    internal static void Print(IReadOnlyList<string[]> rows, int width)
    {
        foreach (var line in TextColumns.Lines(rows, width))
        {
            Console.WriteLine(line);
        }
    }

    /// <summary>
    /// The columns, from the left, that fit so many characters; at least two, for which what the first one says is shortened
    /// if it must be.
    /// </summary>
    internal static IReadOnlyList<string[]> Fitted(IReadOnlyList<string[]> rows, int width)
    {
        var widths = TextColumns.Widths(rows);
        var count = Enumerable.Range(1, widths.Length).LastOrDefault(count => TextColumns.Total(widths[..count]) <= width);
        if (count > 1 || widths.Length < 2)
        {
            return [.. rows.Select(row => row[..count])];
        }

        var room = Math.Max(TextColumns.LeastWidth, width - TextColumns.Gap.Length - widths[1]);
        return [.. rows.Select(row => (string[])[Shortened(row[0], room), row[1]])];
    }

    /// <summary>A text with an ellipsis in its middle where it has more characters than there is room for.</summary>
    internal static string Shortened(string text, int width) =>
        text.Length <= width ? text : $"{text[..((width - 1) / 2)]}…{text[^(width / 2)..]}";
}
