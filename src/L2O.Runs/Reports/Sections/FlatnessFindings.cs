using L2O.Reports.Sources;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Reports.Sections;

/// <summary>What an analysis came to, in sentences.</summary>
internal static class FlatnessFindings
{
    private const string Sharpness = "hessian_ev";
    private const int MostOptimizees = 6;

    internal static IEnumerable<string> Of(Comparison analysis)
    {
        var optimizees = analysis.Optimizees(RunTables.Flatness);
        if (optimizees.Count == 0)
        {
            yield break;
        }

        yield return $"{Words.Count(analysis.Names.Count, "optimizer")} on {Words.Count(optimizees.Count, "optimizee")}, and how flat the loss is "
            + $"where they end after {Words.Count(analysis.Steps ?? 0, "step")} under {Words.Count(analysis.Seeds ?? 0, "seed")}.";
        foreach (var optimizee in optimizees.Take(MostOptimizees))
        {
            if (Flattest(analysis, optimizee) is { } sentence)
            {
                yield return sentence;
            }
        }

        if (analysis.Runs.Count() == 1)
        {
            foreach (var sentence in Correlations(analysis.Run.Rows(RunTables.Correlations)))
            {
                yield return sentence;
            }
        }
    }

    private static string? Flattest(Comparison analysis, string optimizee)
    {
        (string Name, CrossedMean Mean)[] ranked =
        [
            .. analysis.Names.Select(name => (name, Mean(analysis, name, optimizee))).Where(entry => double.IsFinite(entry.Item2.Mean))
                .OrderBy(entry => entry.Item2.Mean),
        ];
        return ranked.Length < 2
            ? null
            : $"On {optimizee} the largest eigenvalue of the Hessian is least at the solutions of {ranked[0].Name}, {Words.Of(ranked[0].Mean)}, "
                + $"and greatest at those of {ranked[^1].Name}, {Words.Of(ranked[^1].Mean)}.";
    }

    private static CrossedMean Mean(Comparison analysis, string name, string optimizee) => CrossedMean.Of(CrossedValues.Of(
    [
        .. analysis.Rows(RunTables.Flatness, name, optimizee).Where(entry => entry.Row.Metric == Sharpness)
            .Where(entry => entry.Row.Value is { } value && double.IsFinite(value))
            .Select(entry => new CrossedCell(entry.MetaSeed, entry.Row.Seed, entry.Row.Value ?? double.NaN)),
    ]));

    private static IEnumerable<string> Correlations(IReadOnlyList<CorrelationRow> rows) => rows
        .Where(row => row.Optimizee == CorrelationRow.AllOptimizees && row.Metric == Sharpness && row.Tau is { } tau && !double.IsNaN(tau))
        .Select(row => $"Over {Words.Count(row.Cells, "solution")} of all optimizees {row.Metric} and {row.Against} have the rank correlation "
            + $"{NumberText.Of(row.Tau ?? 0, digits: 2)}"
            + (row is { CiLow: { } low, CiHigh: { } high }
                ? $", 95% interval {NumberText.Of(low, digits: 2)} to {NumberText.Of(high, digits: 2)}."
                : ", with too few solutions for an interval."));
}
