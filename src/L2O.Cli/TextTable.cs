namespace L2O.Cli;

/// <summary>Prints aligned columns on stdout, followed by an empty line.</summary>
internal static class TextTable
{
    /// <summary>Each column as wide as its longest cell.</summary>
    /// <param name="lines">All with the same number of cells.</param>
    internal static void Print(IReadOnlyList<string[]> lines)
    {
        int[] widths = [.. Enumerable.Range(0, lines[0].Length).Select(i => lines.Max(line => line[i].Length))];
        foreach (var line in lines)
        {
            Console.WriteLine(string.Join("  ", line.Select((text, i) => text.PadRight(widths[i]))).TrimEnd());
        }

        Console.WriteLine();
    }
}
