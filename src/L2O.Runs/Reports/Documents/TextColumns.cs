namespace L2O.Reports.Documents;

/// <summary>Text in columns and lines of a given width.</summary>
public static class TextColumns
{
    /// <summary>Between columns.</summary>
    public const string Gap = "  ";

    /// <summary>Narrower columns of running text cannot be read.</summary>
    public const int LeastWidth = 16;

    /// <summary>
    /// Rows as lines of at most so many characters: each column as wide as its longest cell, and what does not fit goes on below, in
    /// its own column.
    /// </summary>
    /// <param name="rows">All with the same number of cells; there may be none.</param>
    /// <param name="width">Of a line, in characters.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<string[]> rows, int width)
    {
        var widths = Narrowed(Widths(rows), width);
        foreach (var row in rows)
        {
            string[][] cells = [.. row.Select((text, i) => Wrapped(text, widths[i]).ToArray())];
            for (var i = 0; i < cells.Max(cell => cell.Length); i++)
            {
                yield return string.Join(
                    Gap, cells.Select((cell, column) => (i < cell.Length ? cell[i] : "").PadRight(widths[column]))).TrimEnd();
            }
        }
    }

    /// <summary>The longest cell of each column.</summary>
    public static int[] Widths(IReadOnlyList<string[]> rows) =>
        [.. rows.Take(1).SelectMany(first => first.Select((_, i) => rows.Max(row => row[i].Length)))];

    /// <summary>Characters that columns take beside one another.</summary>
    public static long Total(int[] widths) => widths.Sum(width => (long)width) + (Gap.Length * (widths.Length - 1));

    /// <summary>
    /// A text as lines, broken at blanks, and within words that are longer than a line. Blanks at the beginning are an indentation.
    /// </summary>
    public static IEnumerable<string> Wrapped(string text, int width)
    {
        var indent = new string(' ', text.Length - text.TrimStart().Length);
        for (var rest = text; ; rest = indent + rest.TrimStart())
        {
            if (rest.Length <= width)
            {
                yield return rest;
                yield break;
            }

            var blank = rest.LastIndexOf(' ', width, width - indent.Length);
            var length = blank > 0 ? blank : width;
            yield return rest[..length].TrimEnd();
            rest = rest[length..];
        }
    }

    // The widest columns give way first.
    private static int[] Narrowed(int[] widths, int width)
    {
        while (Total(widths) > width && widths.Max() > LeastWidth)
        {
            widths[Array.IndexOf(widths, widths.Max())]--;
        }

        return widths;
    }
}
