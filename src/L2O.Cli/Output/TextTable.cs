namespace L2O.Cli.Output;

/// <summary>Prints aligned columns on stdout.</summary>
internal static class TextTable
{
    private const string Gap = "  ";

    // Narrower columns of running text cannot be read.
    private const int LeastWidth = 16;

    /// <summary>Each column as wide as its longest cell; what does not fit the terminal goes on below, in its own column.</summary>
    /// <param name="rows">All with the same number of cells; there may be none.</param>
    internal static void Print(IEnumerable<string[]> rows) => Print([.. rows], Terminal.OutputWidth ?? int.MaxValue);

    /// <summary>The same in at most so many characters.</summary>
    internal static void Print(IReadOnlyList<string[]> rows, int width)
    {
        foreach (var line in Lines(rows, width))
        {
            Console.WriteLine(line);
        }
    }

    /// <summary>Rows as lines of at most so many characters.</summary>
    internal static IEnumerable<string> Lines(IReadOnlyList<string[]> rows, int width)
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

    /// <summary>
    /// The columns, from the left, that fit so many characters; at least two, for which what the first one says is shortened
    /// if it must be.
    /// </summary>
    internal static IReadOnlyList<string[]> Fitted(IReadOnlyList<string[]> rows, int width)
    {
        var widths = Widths(rows);
        var count = Enumerable.Range(1, widths.Length).LastOrDefault(count => Total(widths[..count]) <= width);
        if (count > 1 || widths.Length < 2)
        {
            return [.. rows.Select(row => row[..count])];
        }

        var room = Math.Max(LeastWidth, width - Gap.Length - widths[1]);
        return [.. rows.Select(row => (string[])[Shortened(row[0], room), row[1]])];
    }

    /// <summary>A text with an ellipsis in its middle where it has more characters than there is room for.</summary>
    internal static string Shortened(string text, int width) =>
        text.Length <= width ? text : $"{text[..((width - 1) / 2)]}…{text[^(width / 2)..]}";

    private static int[] Widths(IReadOnlyList<string[]> rows) =>
        [.. rows.Take(1).SelectMany(first => first.Select((_, i) => rows.Max(row => row[i].Length)))];

    private static long Total(int[] widths) => widths.Sum(width => (long)width) + (Gap.Length * (widths.Length - 1));

    // The widest columns give way first.
    private static int[] Narrowed(int[] widths, int width)
    {
        while (Total(widths) > width && widths.Max() > LeastWidth)
        {
            widths[Array.IndexOf(widths, widths.Max())]--;
        }

        return widths;
    }

    // At blanks, and within words that are longer than a line. Blanks at the beginning are an indentation.
    private static IEnumerable<string> Wrapped(string text, int width)
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
}
