using L2O.Evaluation;
using L2O.Reports.Documents;
using L2O.Reports.Sources;
using L2O.Runs.Tables;
using L2O.Statistics;

namespace L2O.Reports.Sections;

/// <summary>How flat the solutions are, and what goes with it.</summary>
internal static class FlatnessSection
{
    // What the paper's regularizers are made of; others stand in the table.
    private static readonly string[] _drawn = ["hessian_ev", "hessian_trace", "local_entropy"];
    private static readonly string[] _against = ["loss_gap", "train_loss"];

    // More panels of one sort are not looked at.
    private const int MostPanels = 12;

    internal static Section Of(Material material) => new(
        "flatness", "Flatness", [.. material.Analyses.SelectMany(analysis => Of(material, analysis))]);

    private static IEnumerable<Block> Of(Material material, Comparison analysis)
    {
        var optimizees = analysis.Optimizees(RunTables.Flatness);
        if (optimizees.Count == 0)
        {
            yield break;
        }

        if (material.Analyses.Count > 1)
        {
            yield return new Subtitle(analysis.Name);
        }

        yield return new Paragraph(
            "Flatness and generalization where the optimizers end. Means over the solutions that did not diverge, ± half their 95% interval; "
            + "of fewer than three meta-seeds or seeds, in brackets the least and the greatest value. Under one seed all optimizers share their "
            + "start, minibatches and random probes: compare them seed by seed.");
        var prefix = RunOrder.InFileName(analysis.Name);
        RunOrder order = new([.. analysis.Names], optimizees);
        foreach (var optimizee in optimizees)
        {
            yield return Table(analysis, optimizee);
        }

        if (Scatter(analysis, order) is { } scatter)
        {
            yield return material.Add($"flatness-{prefix}", scatter);
        }

        // Of one run: over those of several nothing was computed.
        if (analysis.Runs.Count() == 1 && CorrelationPicture.Of(analysis.Run.Rows(RunTables.Correlations)) is { } correlations)
        {
            yield return material.Add($"correlations-{prefix}", correlations);
        }

        foreach (var optimizee in optimizees)
        {
            var name = $"{prefix}-{order.FileNameOf(optimizee)}";
            if (Rows(analysis, RunTables.Esd, optimizee, (row, name, seed) => row with { Optimizer = name, Seed = seed }) is { Count: > 0 } atoms)
            {
                yield return material.Add($"density-{name}", DensityPicture.Of(optimizee, atoms, order));
            }

            if (Rows(analysis, RunTables.Slices, optimizee, (row, name, seed) => row with { Optimizer = name, Seed = seed }) is { Count: > 0 } slices)
            {
                yield return material.Add($"slice-{name}", SlicePicture.Of(optimizee, slices, order));
            }

            PlaneRow[] planes =
            [
                .. analysis.Names.Take(MostPanels).SelectMany(name => analysis.Of(name).Take(1).SelectMany(entrant =>
                    entrant.Run.Cells(RunTables.Planes, new(entrant.Optimizer, optimizee)).Select(row => row with { Optimizer = name }))),
            ];
            if (planes.Length > 0)
            {
                yield return material.Add($"plane-{name}", PlanePicture.Of(optimizee, planes));
            }
        }
    }

    // Under the names of the page, and with a seed for each solution of an arm.
    private static IReadOnlyList<TRow> Rows<TRow>(
        Comparison analysis, Table<TRow> table, string optimizee, Func<TRow, string, long, TRow> renamed)
        where TRow : class, IRunRow =>
    [
        .. analysis.Names.SelectMany(name => analysis.Rows(table, name, optimizee).GroupBy(entry => (entry.MetaSeed, entry.Row.Seed))
            .SelectMany((solution, i) => solution.Select(entry => renamed(entry.Row, name, analysis.IsArm(name) ? i : entry.Row.Seed)))),
    ];

    private static TableBlock Table(Comparison analysis, string optimizee)
    {
        string[] metrics =
            [.. analysis.Names.SelectMany(name => analysis.Rows(RunTables.Flatness, name, optimizee)).Select(entry => entry.Row.Metric).Distinct()];
        Solution[] solutions = [.. Solutions(analysis, optimizee)];
        return new(
            $"{optimizee}, after {Words.Count(analysis.Steps ?? 0, "step")}:",
            ["metric", .. analysis.Names],
            [
                .. metrics.Select(metric => (string[])
                    [metric, .. analysis.Names.Select(name => Text(solutions.Where(solution => solution.Name == name), metric))]),
                ["diverged", .. analysis.Names.Select(name => $"{solutions.Count(solution => solution.Name == name && solution.IsDiverged)}")],
                ["never trained", .. analysis.Names.Select(name => $"{solutions.Count(solution => solution.Name == name && solution.IsUntrained)}")],
            ]);
    }

    private static string Text(IEnumerable<Solution> solutions, string metric)
    {
        CrossedCell[] cells =
        [
            .. solutions.Select(solution => new CrossedCell(solution.MetaSeed, solution.Seed, solution.Of(metric)))
                .Where(cell => double.IsFinite(cell.Value)),
        ];
        return cells.Length == 0 ? "-" : Words.Of(CrossedMean.Of(CrossedValues.Of(cells)));
    }

    private static IEnumerable<Solution> Solutions(Comparison analysis, string optimizee) => analysis.Names.SelectMany(name =>
        analysis.Rows(RunTables.Flatness, name, optimizee).GroupBy(entry => (entry.MetaSeed, entry.Row.Seed)).Select(solution => new Solution(
            name,
            solution.Key.MetaSeed,
            solution.Key.Seed,
            solution.GroupBy(entry => entry.Row.Metric).ToDictionary(rows => rows.Key, rows => rows.First().Row.Value ?? double.NaN),
            solution.Any(entry => entry.Row.Value is { } value && double.IsNaN(value)))));

    private static Drawing? Scatter(Comparison analysis, RunOrder order)
    {
        Solution[] all = [.. analysis.Optimizees(RunTables.Flatness).SelectMany(optimizee => Solutions(analysis, optimizee))];
        Solution[] trained = [.. all.Where(solution => !solution.IsDiverged && !solution.IsUntrained)];
        string[] metrics =
        [
            .. _drawn.SelectMany(start => all.SelectMany(solution => solution.Values.Keys).Distinct()
                .Where(metric => metric == start || metric.StartsWith($"{start} ", StringComparison.Ordinal))).Take(MostPanels / _against.Length),
        ];
        ScatterPanel[] panels =
        [
            .. _against.SelectMany(_ => metrics, (against, metric) => new ScatterPanel(
                metric,
                against,
                [
                    .. trained.Where(solution => double.IsFinite(solution.Of(metric)) && double.IsFinite(solution.Of(against)))
                        .Select(solution => new ScatterPoint(solution.Of(metric), solution.Of(against), order.ColourOf(solution.Name))),
                ])).Where(panel => panel.Points.Count > 0),
        ];
        return panels.Length == 0
            ? null
            : ScatterPicture.Of(
                "Flatness against the generalization gap and the training loss",
                "A point is a solution: one run of an optimizer on an optimizee under one seed. Sharper solutions are further to the right, those "
                + $"that generalize worse, or are trained less, higher up. Left out: {all.Count(solution => solution.IsDiverged)} diverged and "
                + $"{all.Count(solution => !solution.IsDiverged && solution.IsUntrained)} untrained solutions.",
                order.LegendOf(trained.Select(solution => solution.Name).Distinct()),
                panels);
    }

    private sealed record Solution(
        string Name, long? MetaSeed, long Seed, IReadOnlyDictionary<string, double> Values, bool IsDiverged)
    {
        internal bool IsUntrained => FlatnessMeter.IsUntrained(Of("train_loss"), Of("untrained_loss"));

        internal double Of(string metric) => Values.GetValueOrDefault(metric, double.NaN);
    }
}
