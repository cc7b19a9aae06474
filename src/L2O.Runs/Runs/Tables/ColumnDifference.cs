namespace L2O.Runs.Tables;

/// <summary>What sets the first line of a file apart from a table's columns.</summary>
internal static class ColumnDifference
{
    private const int LongestShown = 60;

    /// <summary>In words that follow the file's name; null where the columns are those of the table.</summary>
    /// <param name="line">The file's first line, without its end.</param>
    /// <param name="expected">The table's columns.</param>
    internal static string? Of(string line, IReadOnlyList<string> expected)
    {
        string[] found = line.Split(',');
        string[] lacking = [.. expected.Except(found)];
        string[] unknown = [.. found.Except(expected)];
        return (lacking.Length, unknown.Length) switch
        {
            _ when line.Length == 0 => $"has no line of columns, expected {string.Join(',', expected)}",
            _ when lacking.Length == expected.Count => $"begins with `{Shown(line)}`, expected the columns {string.Join(',', expected)}",
            (0, 0) => InAnotherOrder(found, expected),
            (_, 0) => $"lacks {Columns(lacking)}",
            (0, _) => $"has {Columns(unknown)}, which this table does not know",
            _ => $"has {Columns(unknown)} and lacks {Columns(lacking)}",
        };
    }

    private static string? InAnotherOrder(string[] found, IReadOnlyList<string> expected)
    {
        var place = found.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
        return place == found.Length && place == expected.Count
            ? null
            : $"has its columns in another order: number {place + 1} is {found[place]}, expected "
                + (place < expected.Count ? expected[place] : "no more");
    }

    private static string Columns(string[] names) => $"the column{(names.Length == 1 ? "" : "s")} {string.Join(", ", names)}";

    private static string Shown(string line) => line.Length <= LongestShown ? line : $"{line[..LongestShown]}...";
}
