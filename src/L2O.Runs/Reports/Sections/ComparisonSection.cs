using System.Globalization;
using L2O.Reports.Documents;
using L2O.Reports.Sources;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Reports.Sections;

/// <summary>What the optimizers of every evaluation came to.</summary>
internal static class ComparisonSection
{
    internal static Section Of(Material material) => new(
        "comparison", "The comparison", [.. material.Evaluations.SelectMany(evaluation => Of(material, evaluation))]);

    private static IEnumerable<Block> Of(Material material, Comparison evaluation)
    {
        var optimizees = evaluation.Optimizees(RunTables.Curves);
        if (optimizees.Count > 0 && material.Evaluations.Count > 1)
        {
            yield return new Subtitle(evaluation.Name);
        }

        if (optimizees.Count > 0)
        {
            yield return new Paragraph(
                "Means over the runs, ± half their 95% interval; of fewer than three meta-seeds or seeds, in brackets the least and the "
                + "greatest value. "
                + (evaluation.Run.Place is null ? "A diverged run counts with where it ended." : "A diverged run makes a mean infinite.")
                + " Steps and seconds to a training loss are means over the runs that reached it.");
        }

        foreach (var optimizee in optimizees)
        {
            yield return Table(evaluation, optimizee);
        }

        if (TunedSettings.Of(evaluation) is { } tuned)
        {
            yield return tuned;
        }
    }

    private static TableBlock Table(Comparison evaluation, string optimizee)
    {
        string[] names = [.. evaluation.Names.Where(name => evaluation.Rows(RunTables.Curves, name, optimizee).Any())];
        string[] metrics =
            [.. Outcomes.Of(evaluation).Where(metric => names.Any(name => Outcomes.Of(evaluation, name, optimizee, metric) is not null))];
        return new(
            $"{optimizee}, after {Words.Count(evaluation.Steps ?? 0, "step")}:",
            ["optimizer", "runs", "diverged", .. metrics],
            [.. names.Select(name => (string[])
            [
                name,
                RunCount(evaluation, name, optimizee),
                Outcomes.DivergedCount(evaluation, name, optimizee).ToString(CultureInfo.InvariantCulture),
                .. metrics.Select(metric => Outcomes.Of(evaluation, name, optimizee, metric) is { } values ? Words.Of(CrossedMean.Of(values)) : "-"),
            ])]);
    }

    private static string RunCount(Comparison evaluation, string name, string optimizee)
    {
        var rows = evaluation.Rows(RunTables.Curves, name, optimizee).Select(entry => (entry.MetaSeed, entry.Row.Seed)).Distinct().ToArray();
        var metaSeeds = rows.Select(run => run.MetaSeed).Distinct().Count();
        return metaSeeds > 1
            ? $"{metaSeeds} x {rows.Select(run => run.Seed).Distinct().Count()}"
            : rows.Length.ToString(CultureInfo.InvariantCulture);
    }
}
