using L2O.Runs.Sweeps;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Cli.Output;

/// <summary>Prints what the arms of a sweep come to as tables on stdout.</summary>
internal static class SweepTable
{
    // As arms.csv calls them, or begins to: what sets several of a kind apart follows it.
    private static readonly string[] Metrics =
        ["final_train_loss", "final_test_loss", "final_test_accuracy", "hessian_ev", "hessian_trace", "local_entropy", "loss_gap"];

    private const string Note =
        "Means over meta-seeds x seeds, ± half the 95% interval; [least, most] where fewer than three of either give none. "
        + "Differences and ratios are of the same meta-seed, seed and optimizee; a ratio is the typical one over all optimizees.";

    /// <summary>Prints the numbers that matter, config by config.</summary>
    internal static void Print(SweepResults results)
    {
        var width = Terminal.OutputWidth ?? Terminal.UsualWidth;
        HashSet<string> shown = [];
        foreach (var config in results.Arms.GroupBy(row => row.Config))
        {
            foreach (var metric in config.GroupBy(row => row.Metric).Where(metric => IsShown(metric.Key, [.. config])))
            {
                shown.Add(metric.Key);
                var differences = results.Differences.Where(row => row.Config == config.Key && row.Metric == metric.Key);
                TextTable.Print([[$"{config.Key}: {metric.Key}"]], width);
                TextTable.Print(Table([.. metric], [.. differences]), width);
                Console.WriteLine();
            }
        }

        string[] others = [.. results.Arms.Select(row => row.Metric).Except(shown).Select(MetricKind.WithoutTarget).Distinct()];
        TextTable.Print([[Note + (others.Length == 0 ? "" : $" Also in arms.csv: {string.Join(", ", others)}.")]], width);
        Console.WriteLine();
    }

    // Where a config has none of the usual numbers, all that it has are shown.
    private static bool IsShown(string metric, IReadOnlyCollection<ArmRow> ofConfig) =>
        IsUsual(metric) || !ofConfig.Any(row => IsUsual(row.Metric));

    private static bool IsUsual(string metric) => Metrics.Contains(metric.Split(' ')[0]);

    private static List<string[]> Table(ArmRow[] arms, DifferenceRow[] differences)
    {
        var reference = differences.Select(row => row.Reference).FirstOrDefault();
        string[] Row(string arm, string mean, string difference, string runs) =>
            reference is null ? [arm, mean, runs] : [arm, mean, difference, runs];
        List<string[]> rows = [Row("", "mean", $"minus {reference}", "runs")];
        foreach (var optimizee in arms.GroupBy(row => row.Optimizee))
        {
            rows.Add(Row(optimizee.Key, "", "", ""));
            rows.AddRange(optimizee.Select(arm => Row(
                $"  {arm.Arm}",
                Text(arm.Mean, arm.CiHigh, arm.Least, arm.Most),
                differences.FirstOrDefault(row => row.Arm == arm.Arm && row.Optimizee == arm.Optimizee && row.Measure == DifferenceRow.Difference)
                    is { } difference ? Text(difference.Value, difference.CiHigh, difference.Least, difference.Most) : "",
                Runs(arm.MetaSeeds, arm.Seeds, arm.Diverged, arm.LeftOut))));
        }

        DifferenceRow[] ratios = [.. differences.Where(row => row.Measure == DifferenceRow.Ratio)];
        return ratios.Length == 0
            ? rows
            :
            [
                .. rows,
                Row($"ratio to {reference}", "", "", ""),
                .. ratios.Select(ratio => Row(
                    $"  {ratio.Arm}", Text(ratio), "", Runs(ratio.MetaSeeds, ratio.Seeds, ratio.Diverged, ratio.LeftOut))),
            ];
    }

    private static string Text(double mean, double? high, double least, double most) => high is { } end
        ? NumberText.OfMean(mean, end)
        : WithRange(mean, least, most);

    // Its interval is not symmetric.
    private static string Text(DifferenceRow ratio) => ratio is { CiLow: { } low, CiHigh: { } high }
        ? $"{NumberText.Of(ratio.Value)} ({NumberText.Of(low, digits: 3)} to {NumberText.Of(high, digits: 3)})"
        : WithRange(ratio.Value, ratio.Least, ratio.Most);

    private static string WithRange(double mean, double least, double most) => least == most || !double.IsFinite(mean)
        ? NumberText.Of(mean)
        : $"{NumberText.Of(mean)} [{NumberText.Of(least, digits: 3)}, {NumberText.Of(most, digits: 3)}]";

    private static string Runs(int metaSeeds, int seeds, int diverged, int leftOut) =>
        (metaSeeds == 0 ? $"{seeds}" : $"{metaSeeds} x {seeds}")
        + (diverged == 0 ? "" : $", {diverged} diverged")
        + (leftOut == 0 ? "" : $", {leftOut} left out");
}
