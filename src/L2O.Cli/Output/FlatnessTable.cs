using L2O.Evaluation;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Cli.Output;

/// <summary>Prints the results of an analysis as tables on stdout.</summary>
internal static class FlatnessTable
{
    private const string Note =
        "Means over the seeds, ± half their 95% interval. Under one seed all optimizers share their start, minibatches and random "
        + "probes, so their errors are not independent: compare them seed by seed (flatness.csv), not by whether intervals overlap.";

    /// <summary>Prints what a run's tables say, optimizers side by side as far as they fit and the rest below.</summary>
    internal static void Print(string runDirectory)
    {
        var width = Terminal.OutputWidth ?? Terminal.UsualWidth;
        foreach (var optimizee in RunTables.Flatness.RowsIn(runDirectory).GroupBy(row => row.Optimizee))
        {
            TextTable.Print([[optimizee.Key]], width);
            for (var columns = Columns([.. optimizee]); columns.Count > 1;)
            {
                Console.WriteLine();
                var table = TextTable.Fitted(Transposed(columns), width);
                TextTable.Print(table, width);
                columns = [columns[0], .. columns.Skip(table[0].Length)];
            }

            ChosenSettings.Print(runDirectory, optimizee.Key, width);
            Console.WriteLine();
        }

        TextTable.Print([[Note]], width);
        Console.WriteLine();
        foreach (var optimizee in RunTables.Correlations.RowsIn(runDirectory).GroupBy(row => row.Optimizee))
        {
            PrintCorrelations(optimizee.Key, [.. optimizee], width);
        }
    }

    // The names of the metrics, then a column for each optimizer.
    private static List<string[]> Columns(FlatnessRow[] rows)
    {
        string[] metrics = [.. rows.Select(row => row.Metric).Distinct()];
        return
        [
            ["metric", .. metrics, "diverged", "untrained"],
            .. rows.GroupBy(row => row.Optimizer).Select(cell => (string[])
            [
                cell.Key,
                .. metrics.Select(metric => Text(cell.Where(row => row.Metric == metric))),
                $"{SeedCount(cell, IsDiverged)}",
                $"{SeedCount(cell, IsUntrained)}",
            ]),
        ];
    }

    private static string[][] Transposed(List<string[]> columns) =>
        [.. Enumerable.Range(0, columns[0].Length).Select(i => (string[])[.. columns.Select(column => column[i])])];

    private static int SeedCount(IEnumerable<FlatnessRow> cell, Func<IEnumerable<FlatnessRow>, bool> holds) =>
        cell.GroupBy(row => row.Seed).Count(holds);

    private static bool IsDiverged(IEnumerable<FlatnessRow> solution) =>
        solution.Any(row => row.Value is { } value && double.IsNaN(value));

    private static bool IsUntrained(IEnumerable<FlatnessRow> solution)
    {
        double ValueOf(string metric) => solution.FirstOrDefault(row => row.Metric == metric)?.Value ?? double.NaN;
        return FlatnessMeter.IsUntrained(ValueOf("train_loss"), ValueOf("untrained_loss"));
    }

    // Over the seeds that did not diverge.
    private static string Text(IEnumerable<FlatnessRow> rows)
    {
        var values = SampleMean.Of([.. rows.Select(row => row.Value).OfType<double>().Where(double.IsFinite)]);
        return values.Count == 0 ? "-" : NumberText.OfMean(values.Mean, values.High);
    }

    private static void PrintCorrelations(string optimizee, CorrelationRow[] rows, int width)
    {
        var of = optimizee == CorrelationRow.AllOptimizees ? "over all optimizees" : $"on {optimizee}";
        TextTable.Print(
            [[$"Rank correlation (Kendall's tau-b) {of}; left out: {rows[0].Diverged} diverged, {rows[0].Untrained} untrained"]], width);
        TextTable.Print(
            [
                ["metric", "against", "tau", "ci_low", "ci_high", "cells"],
                .. rows.Select(row => (string[])
                    [row.Metric, row.Against, Fixed(row.Tau), Fixed(row.CiLow), Fixed(row.CiHigh), $"{row.Cells}"]),
            ],
            width);
        foreach (var note in rows.Select(TooFew).Where(note => note.Length > 0).Distinct())
        {
            TextTable.Print([[note]], width);
        }

        Console.WriteLine();
    }

    private static string TooFew(CorrelationRow row) => row switch
    {
        { Tau: null } => $"no tau: too few cells ({row.Cells}; {RankCorrelation.FewestPairs} are needed)",
        { CiLow: null } => $"no interval: too few cells ({row.Cells}; {RankCorrelation.FewestForInterval} are needed)",
        _ => "",
    };

    private static string Fixed(double? tau) =>
        tau is { } known && !double.IsNaN(known) ? FormattableString.Invariant($"{known:0.00}") : "-";
}
