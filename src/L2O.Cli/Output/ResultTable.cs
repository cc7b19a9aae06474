using System.Globalization;
using L2O.Runs.Tables;

namespace L2O.Cli.Output;

/// <summary>Prints the results of an evaluation as a table on stdout.</summary>
internal static class ResultTable
{
    private static readonly (string Heading, string Metric, string Format)[] Columns =
    [
        ("train loss", "final_train_loss", "0.0000"),
        ("test loss", "final_test_loss", "0.0000"),
        ("test accuracy", "final_test_accuracy", "0.0000"),
        ("loss gap", "loss_gap", "0.0000"),
        ("mean loss", "mean_train_loss", "0.0000"),
        ("seconds", "seconds", "0.00"),
    ];

    /// <summary>Prints what a run's tables say.</summary>
    internal static void Print(string runDirectory)
    {
        var settings = ChosenSettings.In(runDirectory);
        foreach (var optimizee in RunTables.Summary.RowsIn(runDirectory).GroupBy(row => row.Optimizee))
        {
            string[] headings =
                [optimizee.Key, .. Columns.Select(column => column.Heading), "diverged", "chosen on Validation"];
            TextTable.Print(
            [
                headings,
                .. optimizee.GroupBy(row => row.Optimizer).Select(cell => (string[])
                [
                    cell.Key,
                    .. Columns.Select(column => Text(cell.First(row => row.Metric == column.Metric), column.Format)),
                    cell.First().Diverged.ToString(CultureInfo.InvariantCulture),
                    settings.GetValueOrDefault(new(cell.Key, optimizee.Key), ""),
                ]),
            ]);
            Console.WriteLine();
        }
    }

    // Mean and half the width of its 95% interval.
    private static string Text(SummaryRow row, string format)
    {
        if (row.Runs == 0)
        {
            return "-";
        }

        var mean = row.Mean.ToString(format, CultureInfo.InvariantCulture);
        return double.IsNaN(row.CiHigh)
            ? mean
            : $"{mean} ±{(row.CiHigh - row.Mean).ToString(format, CultureInfo.InvariantCulture)}";
    }
}
