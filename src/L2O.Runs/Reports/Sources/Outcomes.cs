using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Reports.Sources;

/// <summary>What the runs of a comparison came to, as outcomes.csv has it, or the last rows of curves where that is not there.</summary>
internal static class Outcomes
{
    // Those that matter first come first; others are in summary.csv.
    private static readonly string[] _metrics =
        ["final_train_loss", "final_test_loss", "final_test_accuracy", "loss_gap", "mean_train_loss"];

    private static readonly string[] _targets = ["steps_to_train_loss", "seconds_to_train_loss"];

    /// <summary>Names of the numbers that tables show, in their order.</summary>
    internal static IReadOnlyList<string> Of(Comparison comparison) =>
    [
        .. _metrics,
        .. comparison.Runs.SelectMany(run => run.Rows(RunTables.Outcomes)).Select(row => row.Metric).Distinct()
            .Where(metric => _targets.Any(target => metric.StartsWith(target, StringComparison.Ordinal))),
        "seconds",
    ];

    /// <summary>A number of every run of an optimizer on an optimizee that has it; null where none has.</summary>
    internal static CrossedValues? Of(Comparison comparison, string name, string optimizee, string metric)
    {
        CrossedCell[] cells =
        [
            .. Rows(comparison, name, optimizee).Where(entry => entry.Row.Metric == metric && entry.Row.Value is not null)
                .DistinctBy(entry => (entry.MetaSeed, entry.Row.Seed))
                .Select(entry => new CrossedCell(entry.MetaSeed, entry.Row.Seed, Number(entry.Row, comparison))),
        ];
        return cells.Length == 0 ? null : CrossedValues.Of(cells);
    }

    /// <summary>Runs of an optimizer on an optimizee that diverged.</summary>
    internal static int DivergedCount(Comparison comparison, string name, string optimizee) =>
        Rows(comparison, name, optimizee).Where(entry => entry.Row.Diverged).Select(entry => (entry.MetaSeed, entry.Row.Seed)).Distinct().Count();

    private static IEnumerable<(long? MetaSeed, OutcomeRow Row)> Rows(Comparison comparison, string name, string optimizee) =>
        comparison.Runs.All(run => run.Rows(RunTables.Outcomes).Count > 0)
            ? comparison.Rows(RunTables.Outcomes, name, optimizee)
            : comparison.Rows(RunTables.Curves, name, optimizee).GroupBy(entry => (entry.MetaSeed, entry.Row.Seed))
                .SelectMany(run => Ends([.. run.Select(entry => entry.Row)], comparison.Steps ?? 0).Select(row => (run.Key.MetaSeed, row)));

    // Arms are compared as differences.csv does it: there a diverged run makes a mean infinite. Alone a run counts with where it
    // ended, as in summary.csv.
    private static double Number(OutcomeRow row, Comparison comparison) => (row.Diverged && comparison.Run.Place is not null) switch
    {
        true => MetricKind.IsLoss(row.Metric) ? double.PositiveInfinity : double.NaN,
        false => row.Value ?? double.NaN,
    };

    private static IEnumerable<OutcomeRow> Ends(CurveRow[] rows, int steps)
    {
        var last = rows.MaxBy(row => row.Step) ?? rows[0];
        (string Metric, double? Value)[] numbers =
        [
            ("final_train_loss", Loss(last.TrainLoss)),
            ("final_test_loss", Loss(last.TestLoss)),
            ("final_test_accuracy", last.TestAccuracy),
            ("loss_gap", last.TestLoss - last.TrainLoss),
            ("seconds", last.Seconds),
        ];
        return numbers.Select(number => new OutcomeRow(
            last.Optimizer, last.Optimizee, last.Seed, number.Metric, number.Value, Diverged: last.Step < steps));
    }

    private static double Loss(double loss) => double.IsNaN(loss) ? double.PositiveInfinity : loss;
}
