extern alias plots;

using L2O.Runs.Tables;
using plots::ScottPlot;

namespace L2O.Reports;

/// <summary>The loss along a filter-normalised random direction through the solutions of each optimizer.</summary>
internal static class SlicePicture
{
    /// <summary>A thin line for each seed, a thick one for their mean.</summary>
    internal static Drawing Of(string optimizee, IReadOnlyList<SliceRow> rows, RunOrder order) => new(
        new(
            $"Loss along a random direction: {Picture.Short(optimizee)}",
            "The solution is at 0. At 1 the step is as long as the parameters, filter by filter, so that optimizers can be compared. Thin "
            + "lines: each seed, with a direction of its own that all optimizers share; thick lines: their mean. Logarithmic loss.")
        {
            Legend = order.LegendOf(rows.Select(row => row.Optimizer).Distinct()),
        },
        () => [Plot(rows, order)],
        Columns: 1,
        Width: 1000,
        Height: 550)
    {
        HasLegendBeside = true,
    };

    private static Plot Plot(IReadOnlyList<SliceRow> rows, RunOrder order)
    {
        var plot = Picture.Plot("", "distance from the solution (filter norms)", "training loss");
        foreach (var optimizer in rows.GroupBy(row => row.Optimizer))
        {
            var colour = order.ColourOf(optimizer.Key);
            foreach (var seed in optimizer.GroupBy(row => row.Seed))
            {
                plot.Add.ScatterLine(X(seed), Y(seed.Select(row => row.Loss)), colour.WithAlpha(0.25)).LineWidth = 1;
            }

            var means = optimizer.GroupBy(row => row.Position).OrderBy(point => point.Key).ToArray();
            var line = plot.Add.ScatterLine(
                [.. means.Select(point => point.Key)], Y(means.Select(point => point.Average(row => row.Loss))), colour);
            line.LineWidth = 2.5f;
            line.LegendText = Picture.Short(optimizer.Key);
        }

        var levels = Y(rows.Select(row => row.Loss).Where(double.IsFinite).DefaultIfEmpty(1));
        plot.Axes.SetLimitsX(rows.Min(row => row.Position), rows.Max(row => row.Position));
        LogAxis.Set(plot, levels.Min(), levels.Max());
        return plot;
    }

    private static double[] X(IEnumerable<SliceRow> rows) => [.. rows.Select(row => row.Position)];

    private static double[] Y(IEnumerable<double> losses) => [.. losses.Select(LogAxis.At)];
}
