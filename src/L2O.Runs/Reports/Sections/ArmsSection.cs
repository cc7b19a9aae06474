using L2O.Errors;
using L2O.Reports.Documents;
using L2O.Reports.Sources;
using L2O.Runs.Sweeps;
using L2O.Statistics;

namespace L2O.Reports.Sections;

/// <summary>The arms of sweeps beside what they are compared with.</summary>
internal static class ArmsSection
{
    // Those that a difference says most about; differences.csv has all.
    private static readonly string[] _metrics =
    [
        "final_train_loss", "final_test_loss", "final_test_accuracy", "loss_gap", "hessian_ev", "hessian_trace",
    ];

    internal static Section Of(Material material) => new(
        "arms", "The arms beside the reference", [.. material.Study.Sweeps.SelectMany(sweep => Of(material, sweep))]);

    private static IEnumerable<Block> Of(Material material, ReportedSweep sweep)
    {
        var (results, problem) = Read(sweep);
        if (problem is not null)
        {
            return [new Paragraph($"Arms of {sweep.Index.Name} cannot be compared: {problem}")];
        }

        return results.Differences.Where(row => _metrics.Contains(row.Metric)).GroupBy(row => row.Config)
            .SelectMany(config => OfConfig(material, config.Key, [.. config]));
    }

    private static (SweepResults Results, string? Problem) Read(ReportedSweep sweep)
    {
        try
        {
            return (SweepResults.Of(sweep.Directory), null);
        }
        catch (L2OException e)
        {
            return (new([], []), e.Message);
        }
    }

    private static IEnumerable<Block> OfConfig(Material material, string config, DifferenceRow[] rows)
    {
        yield return new Subtitle($"{config}, beside {rows[0].Reference}");
        foreach (var metric in _metrics)
        {
            DifferenceRow[] shown = [.. rows.Where(row => row.Metric == metric)];
            if (shown.Length > 0)
            {
                yield return material.Add($"arms-{RunOrder.InFileName(config)}-{metric}", Picture(metric, shown));
            }
        }

        yield return Table(rows);
    }

    private static Drawing Picture(string metric, DifferenceRow[] rows)
    {
        ForestPanel[] panels =
        [
            .. rows.GroupBy(row => (row.Measure, row.Optimizee)).Select(panel => new ForestPanel(
                panel.Key.Measure == DifferenceRow.Ratio ? "all optimizees, typical ratio" : Reports.Picture.Short(panel.Key.Optimizee),
                panel.Key.Measure == DifferenceRow.Ratio ? $"{metric}, ratio" : $"{metric}, difference",
                [.. panel.Select(Row)],
                panel.Key.Measure == DifferenceRow.Ratio)),
        ];
        var hasRange = panels.SelectMany(panel => panel.Rows).Any(row => !row.IsInterval && double.IsFinite(row.Low) && row.Low < row.High);
        return ForestPicture.Of(
            $"{metric}: arms beside {Reports.Picture.Short(rows[0].Reference)}",
            $"Point: the mean over meta-seeds and evaluation seeds of the arm's {metric} less that of {rows[0].Reference}, under the same "
            + "meta-seed and evaluation seed on the same optimizee. Line: its 95% interval."
            + (hasRange ? " Thin line: from the least to the greatest value, where there are fewer than three replicates." : "")
            + (panels.Any(panel => panel.IsRatio)
                ? " Typical ratio: the interquartile mean over the optimizees of the ratio to the reference; at 1 they are alike." : "")
            + " Where a run diverged there is no point.",
            panels);
    }

    private static ForestRow Row(DifferenceRow row) => new(
        row.Arm,
        row.Value,
        row.CiLow ?? row.Least,
        row.CiHigh ?? row.Most,
        row is { CiLow: not null, CiHigh: not null });

    private static TableBlock Table(DifferenceRow[] rows) => new(
        "Differences to the reference, and their 95% interval or, in brackets, the least and the greatest value; the ratio over all "
        + "optimizees is the typical one. Diverged and left out count single values.",
        ["arm", "optimizee", "number", "measure", "value", "seeds", "diverged", "left out"],
        [
            .. rows.Select(row => (string[])
            [
                row.Arm, Words.Optimizee(row.Optimizee), row.Metric, row.Measure, Words.OfDifference(Mean(row)),
                row.MetaSeeds > 0 ? $"{row.MetaSeeds} x {row.Seeds}" : $"{row.Seeds}", $"{row.Diverged}", $"{row.LeftOut}",
            ]),
        ]);

    private static CrossedMean Mean(DifferenceRow row) => new(
        row.Value,
        row.CiLow ?? double.NaN,
        row.CiHigh ?? double.NaN,
        row.Least,
        row.Most,
        row.MetaSeeds,
        row.Seeds,
        row.Diverged,
        row.LeftOut);
}
