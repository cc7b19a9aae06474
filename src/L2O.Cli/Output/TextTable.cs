namespace L2O.Cli.Output;

/// <summary>Prints aligned columns on stdout.</summary>
internal static class TextTable
{
    /// <summary>Each column as wide as its longest cell.</summary>
    /// <param name="lines">All with the same number of cells; there may be none.</param>
    internal static void Print(IEnumerable<string[]> lines)
    {
        string[][] all = [.. lines];
        int[] widths = [.. all.Take(1).SelectMany(first => first.Select((_, i) => all.Max(line => line[i].Length)))];
        foreach (var line in all)
        {
            Console.WriteLine(string.Join("  ", line.Select((text, i) => text.PadRight(widths[i]))).TrimEnd());
        }
    }
}
