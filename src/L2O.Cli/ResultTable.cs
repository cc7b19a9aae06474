using System.Globalization;
using L2O.Experiments.Comparing;
using L2O.Runs.Tables;

namespace L2O.Cli;

/// <summary>Prints the results of an evaluation as a table on stdout.</summary>
internal static class ResultTable
{
    private static readonly (string Heading, string Metric, string Format)[] Columns =
    [
        ("train loss", "final_train_loss", "0.0000"),
        ("test loss", "final_test_loss", "0.0000"),
        ("test accuracy", "final_test_accuracy", "0.0000"),
        ("loss gap", "generalization_gap", "0.0000"),
        ("mean loss", "area_under_curve", "0.0000"),
        ("seconds", "seconds", "0.00"),
    ];

    internal static void Print(IReadOnlyList<EvaluatedCell> cells)
    {
        foreach (var optimizee in cells.GroupBy(cell => cell.Optimizee))
        {
            string[] headings =
                [optimizee.Key, .. Columns.Select(column => column.Heading), "diverged", "chosen on Validation"];
            TextTable.Print([headings, .. optimizee.Select(Line)]);
        }
    }

    private static string[] Line(EvaluatedCell cell) =>
    [
        cell.Optimizer,
        .. Columns.Select(column => Text(cell.Rows.First(row => row.Metric == column.Metric), column.Format)),
        cell.Rows[0].Diverged.ToString(CultureInfo.InvariantCulture),
        cell.Setting,
    ];

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
