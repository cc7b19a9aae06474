using System.Globalization;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Cli.Output;

/// <summary>Prints the results of an analysis as tables on stdout.</summary>
internal static class FlatnessTable
{
    private const int Digits = 4;

    /// <summary>Prints what a run's tables say.</summary>
    internal static void Print(string runDirectory)
    {
        var settings = ChosenSettings.In(runDirectory);
        foreach (var optimizee in RunTables.Flatness.RowsIn(runDirectory).GroupBy(row => row.Optimizee))
        {
            var cells = optimizee.GroupBy(row => row.Optimizer).ToArray();
            TextTable.Print(
            [
                [optimizee.Key, .. cells.Select(cell => cell.Key)],
                .. optimizee.Select(row => row.Metric).Distinct().Select(metric => (string[])
                    [metric, .. cells.Select(cell => Text(cell.Where(row => row.Metric == metric)))]),
                ["diverged", .. cells.Select(cell => $"{DivergedCount(cell)}")],
                [
                    "chosen on Validation",
                    .. cells.Select(cell => settings.GetValueOrDefault(new(cell.Key, optimizee.Key), "")),
                ],
            ]);
            Console.WriteLine();
        }

        TextTable.Print(
        [
            ["optimizee", "metric", "against", "tau-b", "95% interval", "cells"],
            .. RunTables.Correlations.RowsIn(runDirectory).Select(row => (string[])
            [
                row.Optimizee, row.Metric, row.Against, Fixed(row.Tau), $"{Fixed(row.CiLow)} to {Fixed(row.CiHigh)}",
                $"{row.Cells}",
            ]),
        ]);
        Console.WriteLine();
    }

    private static int DivergedCount(IEnumerable<FlatnessRow> rows) =>
        rows.Where(row => row.Value is { } value && double.IsNaN(value)).Select(row => row.Seed).Distinct().Count();

    // Mean over the seeds that did not diverge, and half the width of its 95% interval.
    private static string Text(IEnumerable<FlatnessRow> rows)
    {
        var values = SampleMean.Of([.. rows.Select(row => row.Value).OfType<double>().Where(double.IsFinite)]);
        return values.Count == 0
            ? "-"
            : double.IsNaN(values.High) ? Significant(values.Mean)
            : $"{Significant(values.Mean)} ±{Significant(values.High - values.Mean, digits: 2)}";
    }

    private static string Fixed(double tau) =>
        double.IsNaN(tau) ? "-" : tau.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Significant(double value, int digits = Digits) =>
        value.ToString($"G{digits}", CultureInfo.InvariantCulture);
}
