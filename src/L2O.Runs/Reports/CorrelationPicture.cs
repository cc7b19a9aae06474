extern alias plots;

using L2O.Runs.Tables;
using plots::ScottPlot;

namespace L2O.Reports;

/// <summary>Rank correlations with their intervals, one panel for each quantity correlated with.</summary>
internal static class CorrelationPicture
{
    /// <summary>Draws the correlations over the cells of all optimizees.</summary>
    internal static void Write(string path, IReadOnlyList<CorrelationRow> rows)
    {
        var panels = rows.Where(row => row.Optimizee == CorrelationRow.AllOptimizees && !double.IsNaN(row.Tau))
            .GroupBy(row => row.Against).Select(group => Panel(group.Key, [.. group.Reverse()])).ToArray();
        if (panels.Length > 0)
        {
            Picture.Write(path, panels, columns: panels.Length, width: 640, height: 480);
        }
    }

    private static Plot Panel(string against, CorrelationRow[] rows)
    {
        var plot = Picture.Plot(
            $"Rank correlation with {against} ({rows.Max(row => row.Cells)} cells)", "Kendall's tau-b, 95% interval", "");
        plot.Add.VerticalLine(0, color: Colors.Gray).LineWidth = 1;
        plots::ScottPlot.TickGenerators.NumericManual ticks = new();
        foreach (var (i, row) in rows.Index())
        {
            var interval = plot.Add.Line(row.CiLow, i, row.CiHigh, i);
            interval.LineWidth = 2;
            interval.Color = Picture.Colour(0);
            plot.Add.Marker(row.Tau, i, size: 9, color: Picture.Colour(0));
            ticks.AddMajor(i, row.Metric);
        }

        plot.Axes.Left.TickGenerator = ticks;
        plot.Axes.SetLimits(-1.05, 1.05, -0.7, rows.Length - 0.3);
        return plot;
    }
}
