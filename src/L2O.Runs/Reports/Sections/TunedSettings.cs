using System.Globalization;
using L2O.Reports.Documents;
using L2O.Reports.Sources;
using L2O.Runs.Tables;

namespace L2O.Reports.Sections;

/// <summary>What Validation chose of the optimizers' grids.</summary>
internal static class TunedSettings
{
    /// <summary>A table; null where nothing was tuned.</summary>
    internal static TableBlock? Of(Comparison comparison)
    {
        string[][] rows =
        [
            .. comparison.Optimizees(RunTables.Tuning).SelectMany(optimizee => comparison.Names.SelectMany(name =>
                Row(name, optimizee, [.. comparison.Rows(RunTables.Tuning, name, optimizee).Select(entry => entry.Row)]))),
        ];
        return rows.Length == 0
            ? null
            : new(
                "Settings that Validation chose, with seeds of their own. One at an edge is the least or the greatest that was tried: a wider "
                + "grid may have a better one.",
                ["optimizer", "optimizee", "chosen", "tried", "at an edge"],
                rows);
    }

    /// <summary>Names of settings that a choice has at an edge of its grid: "learning_rate".</summary>
    internal static IReadOnlyList<string> Edges(IReadOnlyList<TuningRow> cell) => cell.FirstOrDefault(row => row.Chosen) is not { } chosen
        ? []
        : [
            .. Numbers(chosen.Setting).Where(value =>
            {
                double[] tried =
                    [.. cell.SelectMany(row => Numbers(row.Setting)).Where(other => other.Key == value.Key).Select(other => other.Number).Distinct()];
                return tried.Length > 1 && (value.Number == tried.Min() || value.Number == tried.Max());
            }).Select(value => value.Key),
        ];

    /// <summary>Whether every setting diverged, so that none was chosen.</summary>
    internal static bool IsDiverged(IReadOnlyList<TuningRow> cell) =>
        cell.GroupBy(row => row.Setting).All(setting => setting.Any(row => double.IsInfinity(row.ValidationLoss)));

    private static IEnumerable<string[]> Row(string name, string optimizee, TuningRow[] cell) => cell.Length == 0
        ? []
        : [[
            name,
            optimizee,
            string.Join("; ", cell.Where(row => row.Chosen).Select(row => row.Setting).Distinct()),
            Words.Count(cell.Select(row => row.Setting).Distinct().Count(), "setting"),
            IsDiverged(cell) ? "every setting diverged" : Edges(cell) is { Count: > 0 } edges ? string.Join(", ", edges) : "no",
        ]];

    // "learning_rate=0.01, beta1=0.9"
    private static IEnumerable<(string Key, double Number)> Numbers(string setting)
    {
        foreach (var word in setting.Split(", "))
        {
            if (word.Split('=', 2) is [var key, var text] && double.TryParse(text, CultureInfo.InvariantCulture, out var number))
            {
                yield return (key, number);
            }
        }
    }
}
