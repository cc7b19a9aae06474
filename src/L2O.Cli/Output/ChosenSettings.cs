using L2O.Runs.Tables;

namespace L2O.Cli.Output;

/// <summary>Prints the settings that Validation chose in a comparison.</summary>
internal static class ChosenSettings
{
    /// <summary>A line for each optimizer that had a choice, and a mark where every setting diverged; nothing where none had one.</summary>
    /// <param name="runDirectory">Of the comparison.</param>
    /// <param name="optimizee">Name of the optimizee.</param>
    /// <param name="width">Characters of a line.</param>
    internal static void Print(string runDirectory, string optimizee, int width)
    {
        string[][] chosen =
        [
            .. RunTables.Tuning.RowsIn(runDirectory).Where(row => row.Optimizee == optimizee).GroupBy(row => row.Optimizer)
                .Select(cell => (string[])[$"  {TextTable.Shortened(cell.Key, width / 3)}", Text([.. cell])]),
        ];
        if (chosen.Length > 0)
        {
            Console.WriteLine("chosen on Validation:");
            TextTable.Print(chosen, width);
        }
    }

    private static string Text(IReadOnlyList<TuningRow> cell)
    {
        var chosen = cell.First(row => row.Chosen).Setting;
        var isDiverged = cell.GroupBy(row => row.Setting).All(setting => setting.Any(row => double.IsInfinity(row.ValidationLoss)));
        return isDiverged ? $"{chosen} (none chosen: every setting diverged)" : chosen;
    }
}
