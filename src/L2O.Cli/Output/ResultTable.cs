using System.Globalization;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Cli.Output;

/// <summary>Prints the results of an evaluation as a table on stdout.</summary>
internal static class ResultTable
{
    // As summary.csv calls them; those that matter first come first.
    private static readonly string[] Metrics =
        ["final_train_loss", "final_test_loss", "final_test_accuracy", "loss_gap", "mean_train_loss", "seconds"];

    // The count of diverged runs stands behind so many metrics.
    private const int MetricsBeforeDiverged = 3;

    /// <summary>Prints what a run's tables say, in as many columns as fit.</summary>
    internal static void Print(string runDirectory)
    {
        var width = Terminal.OutputWidth ?? Terminal.UsualWidth;
        HashSet<string> shown = [];
        foreach (var optimizee in RunTables.Summary.RowsIn(runDirectory).GroupBy(row => row.Optimizee))
        {
            var table = TextTable.Fitted(Table([.. optimizee]), width);
            shown.UnionWith(table[0]);
            TextTable.Print([[optimizee.Key]], width);
            TextTable.Print(table, width);
            ChosenSettings.Print(runDirectory, optimizee.Key, width);
            Console.WriteLine();
        }

        string[] others =
        [
            .. RunTables.Summary.RowsIn(runDirectory).Select(row => row.Metric).Except(shown).Select(MetricKind.WithoutTarget).Distinct(),
        ];
        TextTable.Print(
            [[$"Means over the seeds, ± half their 95% interval. Also in summary.csv: {string.Join(", ", others)}."]], width);
        Console.WriteLine();
    }

    private static IReadOnlyList<string[]> Table(SummaryRow[] rows)
    {
        string[] metrics = [.. Metrics.Where(metric => rows.Any(row => row.Metric == metric && row.Runs > 0))];
        var cells = rows.GroupBy(row => row.Optimizer);
        return
        [
            ["optimizer", .. WithDiverged(metrics, "diverged")],
            .. cells.Select(cell => (string[])
            [
                cell.Key,
                .. WithDiverged(
                    metrics.Select(metric => Text(cell.First(row => row.Metric == metric))),
                    cell.First().Diverged.ToString(CultureInfo.InvariantCulture)),
            ]),
        ];
    }

    private static IEnumerable<string> WithDiverged(IEnumerable<string> numbers, string diverged) =>
        [.. numbers.Take(MetricsBeforeDiverged), diverged, .. numbers.Skip(MetricsBeforeDiverged)];

    private static string Text(SummaryRow row) => row.Runs == 0 ? "-" : NumberText.OfMean(row.Mean, row.CiHigh);
}
