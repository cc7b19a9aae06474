using System.Globalization;
using L2O.Experiments.Comparing;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Cli;

/// <summary>Prints the results of an analysis as tables on stdout.</summary>
internal static class FlatnessTable
{
    private const int Digits = 4;

    internal static void Print(Analysis analysis)
    {
        foreach (var optimizee in analysis.Cells.GroupBy(cell => cell.Optimizee))
        {
            AnalyzedCell[] cells = [.. optimizee];
            var rows = analysis.Flatness.Where(row => row.Optimizee == optimizee.Key).ToArray();
            TextTable.Print(
            [
                [optimizee.Key, .. cells.Select(cell => cell.Optimizer)],
                .. rows.Select(row => row.Metric).Distinct().Select(metric => (string[])
                [
                    metric,
                    .. cells.Select(cell => Text(
                        rows.Where(row => row.Metric == metric && row.Optimizer == cell.Optimizer))),
                ]),
                ["diverged", .. cells.Select(cell => $"{cell.Diverged}")],
                ["chosen on Validation", .. cells.Select(cell => cell.Setting)],
            ]);
        }

        TextTable.Print(
        [
            ["optimizee", "metric", "against", "tau-b", "95% interval", "cells"],
            .. analysis.Correlations.Select(row => (string[])
            [
                row.Optimizee, row.Metric, row.Against, Fixed(row.Tau), $"{Fixed(row.CiLow)} to {Fixed(row.CiHigh)}",
                $"{row.Cells}",
            ]),
        ]);
    }

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
