using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Reports.Sources;

/// <summary>What the runs of a comparison came to, from the last rows of their curves.</summary>
internal static class Outcomes
{
    private static readonly string[] _metrics = ["final_train_loss", "final_test_loss", "final_test_accuracy", "loss_gap"];

    /// <summary>Names of the numbers, in the order in which tables show them.</summary>
    internal static IReadOnlyList<string> Of(Comparison comparison, string optimizee) => _metrics;

    /// <summary>Runs of an optimizer on an optimizee that ended before their last step.</summary>
    internal static int DivergedCount(Comparison comparison, string name, string optimizee) =>
        comparison.Rows(RunTables.Curves, name, optimizee).GroupBy(entry => (entry.MetaSeed, entry.Row.Seed))
            .Count(run => run.Max(entry => entry.Row.Step) < comparison.Steps);

    /// <summary>A number of every run of an optimizer on an optimizee; null where the optimizee has none such.</summary>
    internal static CrossedValues? Of(Comparison comparison, string name, string optimizee, string metric)
    {
        CrossedCell[] cells =
        [
            .. comparison.Rows(RunTables.Curves, name, optimizee).GroupBy(entry => (entry.MetaSeed, entry.Row.Seed))
                .Select(run => (run.Key, Value: Number(run.Select(entry => entry.Row).MaxBy(row => row.Step), metric)))
                .Where(run => run.Value is not null)
                .Select(run => new CrossedCell(run.Key.MetaSeed, run.Key.Seed, run.Value ?? double.NaN)),
        ];
        return cells.Length == 0 ? null : CrossedValues.Of(cells);
    }

    private static double? Number(CurveRow? row, string metric) => (row, metric) switch
    {
        (null, _) => null,
        (_, "final_train_loss") => Loss(row.TrainLoss),
        (_, "final_test_loss") => Loss(row.TestLoss),
        (_, "final_test_accuracy") => row.TestAccuracy,
        (_, "loss_gap") => row.TestLoss - row.TrainLoss,
        _ => null,
    };

    private static double Loss(double loss) => double.IsNaN(loss) ? double.PositiveInfinity : loss;
}
