extern alias plots;

using L2O.Runs.Tables;
using L2O.Statistics;
using plots::ScottPlot;

namespace L2O.Reports;

/// <summary>Rank correlations with their intervals, one panel for each quantity correlated with.</summary>
internal static class CorrelationPicture
{
    /// <summary>The correlations over the cells of all optimizees; null where there is none.</summary>
    internal static Drawing? Of(IReadOnlyList<CorrelationRow> rows)
    {
        CorrelationRow[] shown = [.. rows.Where(
            row => row.Optimizee == CorrelationRow.AllOptimizees && row.Tau is { } tau && !double.IsNaN(tau))];
        var panels = shown.GroupBy(row => row.Against).ToArray();
        return panels.Length == 0
            ? null
            : new(
                new(
                    "Rank correlations of flatness over the solutions of all optimizees",
                    "Point: Kendall's tau-b over the solutions (cells) of every optimizer under every seed. Line: 95% interval of the "
                    + "bootstrap, which takes solutions for independent; none of fewer than "
                    + $"{RankCorrelation.FewestForInterval} cells. Left out: "
                    + $"{shown[0].Diverged} diverged and {shown[0].Untrained} untrained solutions."),
                () => [.. panels.Select(group => Panel(group.Key, [.. group.Reverse()]))],
                Columns: panels.Length,
                Width: 640,
                Height: 480)
            {
                HeightInPage = 420,
            };
    }

    private static Plot Panel(string against, CorrelationRow[] rows)
    {
        var plot = Picture.Plot($"with {against} ({rows.Max(row => row.Cells)} cells)", "Kendall's tau-b, 95% interval", "");
        plot.Add.VerticalLine(0, color: Colors.Gray).LineWidth = 1;
        plots::ScottPlot.TickGenerators.NumericManual ticks = new();
        foreach (var (i, row) in rows.Index())
        {
            if (row is { CiLow: { } low, CiHigh: { } high })
            {
                var interval = plot.Add.Line(low, i, high, i);
                interval.LineWidth = 2;
                interval.Color = Picture.Colour(0);
            }

            plot.Add.Marker(row.Tau ?? double.NaN, i, size: 9, color: Picture.Colour(0));
            ticks.AddMajor(i, row.Metric);
        }

        plot.Axes.Left.TickGenerator = ticks;
        plot.Axes.SetLimits(-1.05, 1.05, -0.7, rows.Length - 0.3);
        return plot;
    }
}
