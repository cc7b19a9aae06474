namespace L2O.Reports.Documents;

/// <summary>A page as text of at most 80 columns, which is Markdown too.</summary>
internal static class TextPage
{
    internal const int Width = 80;

    private const string Indent = "    ";

    // Of a column: what names the rows, and any other. Two of them fit a line.
    private const int FirstColumn = 30;
    private const int OtherColumn = 40;

    /// <summary>The file's text.</summary>
    internal static string Of(Page page)
    {
        IEnumerable<string> lines =
        [
            .. TextColumns.Wrapped($"# {OneLine(page.Title)}", Width),
            .. page.Opening.SelectMany(Of),
            "",
            .. page.Sections.SelectMany((section, i) => Hanging($"{i + 1}. ", section.Title)),
            .. page.Sections.SelectMany(section => (IEnumerable<string>)
                ["", .. TextColumns.Wrapped($"## {OneLine(section.Title)}", Width), .. section.Blocks.SelectMany(Of)]),
        ];
        return string.Concat(lines.Select(line => line + "\n"));
    }

    private static IEnumerable<string> Of(Block block) => Parts(block).Prepend("");

    private static IEnumerable<string> Parts(Block block) => block switch
    {
        Subtitle subtitle => TextColumns.Wrapped($"### {OneLine(subtitle.Text)}", Width),
        Paragraph paragraph => TextColumns.Wrapped(OneLine(paragraph.Text), Width),
        Bullets bullets => bullets.Items.SelectMany(item => Hanging("- ", item)),
        Commands commands => commands.Lines.SelectMany(CommandLines),
        Folded folded => Hanging("- ", $"{folded.Title}: {folded.File}"),
        TableBlock grid => Lines(grid),
        Figure figure =>
        [
            .. TextColumns.Wrapped($"{OneLine(figure.Title)}: pictures/{figure.Name}.svg", Width),
            .. TextColumns.Wrapped(OneLine(figure.Caption), Width),
        ],
        _ => throw new ArgumentException($"{block.GetType().Name} is no block that a text shows", nameof(block)),
    };

    private static IEnumerable<string> Hanging(string start, string text) =>
        TextColumns.Wrapped(OneLine(text), Width - start.Length).Select((line, i) => (i == 0 ? start : new string(' ', start.Length)) + line);

    // As many columns as fit side by side, the others below, each time beside the first.
    private static IEnumerable<string> Lines(TableBlock grid)
    {
        string[][] rows = [[.. grid.Columns], .. grid.Rows.Select(row => row.Select(OneLine).ToArray())];
        int[] widths = [.. TextColumns.Widths(rows).Select((width, i) => Math.Min(width, i == 0 ? FirstColumn : OtherColumn))];
        foreach (var line in TextColumns.Wrapped(OneLine(grid.Caption), Width))
        {
            yield return line;
        }

        for (int from = 1, to; from < widths.Length; from = to)
        {
            to = Enumerable.Range(from + 1, widths.Length - from)
                .LastOrDefault(end => TextColumns.Total([widths[0], .. widths[from..end]]) <= Width - Indent.Length, from + 1);
            yield return "";
            foreach (var line in TextColumns.Lines(
                [.. rows.Select(row => (string[])[row[0], .. row[from..to]])], Width - Indent.Length))
            {
                yield return Indent + line;
            }
        }
    }

    // The shell joins lines that end in a backslash, within words too.
    private static IEnumerable<string> CommandLines(string command)
    {
        var rest = Indent + OneLine(command);
        while (rest.Length > Width)
        {
            var blank = rest.LastIndexOf(' ', Width - 2);
            var isWithinWord = blank < rest.Length - rest.TrimStart().Length;
            var length = isWithinWord ? Width - 1 : blank + 1;
            yield return rest[..length] + "\\";
            rest = isWithinWord ? rest[length..] : Indent + Indent + rest[length..];
        }

        yield return rest;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
