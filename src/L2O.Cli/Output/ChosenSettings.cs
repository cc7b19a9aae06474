using L2O.Runs.Tables;

namespace L2O.Cli.Output;

/// <summary>The settings that Validation chose in a comparison.</summary>
internal static class ChosenSettings
{
    /// <summary>By cell; cells without a choice have none.</summary>
    internal static IReadOnlyDictionary<CellName, string> In(string runDirectory) =>
        RunTables.Tuning.RowsIn(runDirectory).Where(row => row.Chosen)
            .GroupBy(row => new CellName(row.Optimizer, row.Optimizee))
            .ToDictionary(cell => cell.Key, cell => cell.First().Setting);
}
