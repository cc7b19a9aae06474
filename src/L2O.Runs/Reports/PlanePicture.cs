extern alias plots;

using L2O.Runs.Tables;
using plots::ScottPlot;
using Range = plots::ScottPlot.Range;

namespace L2O.Reports;

/// <summary>The loss in the plane of two filter-normalised random directions through a solution of each optimizer.</summary>
internal static class PlanePicture
{
    private const int MostColumns = 3;
    private const int ContourCount = 9;

    // The colour scale needs a range even if the loss is constant.
    private const double SmallestRange = 1e-6;

    /// <summary>One panel for each optimizer, of its first seed, all on the same colour scale.</summary>
    internal static Drawing Of(string optimizee, IReadOnlyList<PlaneRow> rows)
    {
        var panels = rows.GroupBy(row => row.Optimizer)
            .Select(optimizer => (
                Title: $"{Picture.Short(optimizer.Key)}, seed {optimizer.First().Seed}",
                Rows: optimizer.Where(row => row.Seed == optimizer.First().Seed).ToArray()))
            .ToArray();
        double[] levels =
            [.. panels.SelectMany(panel => panel.Rows).Select(Level).Where(double.IsFinite).DefaultIfEmpty()];
        Range range = new(levels.Min(), Math.Max(levels.Max(), levels.Min() + SmallestRange));
        return new(
            new(
                $"Loss in a plane through a solution: {Picture.Short(optimizee)}",
                "Two random directions through the solution at (0, 0); at 1 the step is as long as the parameters, filter by filter. "
                + "One solution of each optimizer, under the seed that its title says. Contours are labelled with their loss; they and "
                + "the colours are the same in all panels, and equal steps between them are equal factors."),
            () => [.. panels.Select(panel => Panel(panel.Title, panel.Rows, range))],
            Math.Min(MostColumns, panels.Length),
            Width: 480,
            Height: 420)
        {
            HeightInPage = 420,
        };
    }

    private static Plot Panel(string title, PlaneRow[] rows, Range range)
    {
        double[] x = [.. rows.Select(row => row.X).Distinct().Order()];
        double[] y = [.. rows.Select(row => row.Y).Distinct().OrderDescending()];
        var levels = rows.ToDictionary(row => (row.X, row.Y), Level);
        var grid = new double[y.Length, x.Length];
        foreach (var (i, j) in y.Index().SelectMany(_ => x.Index(), (row, column) => (row.Index, column.Index)))
        {
            // A loss that is not finite is shown as the highest.
            var level = levels[(x[j], y[i])];
            grid[i, j] = double.IsFinite(level) ? level : range.Max;
        }

        var plot = Picture.Plot(title, "first direction (filter norms)", "second direction (filter norms)");
        var heatmap = plot.Add.Heatmap(grid);
        heatmap.Colormap = new plots::ScottPlot.Colormaps.Viridis();
        heatmap.ManualRange = range;
        var half = (x[1] - x[0]) / 2;
        heatmap.Rectangle = new(x[0] - half, x[^1] + half, y[^1] - half, y[0] + half);
        heatmap.Smooth = true;
        AddContours(plot, grid, x, y, range);
        var bar = plot.Add.ColorBar(heatmap);
        bar.Label = "training loss";
        bar.LabelStyle.FontSize = 13;
        bar.Axis.TickGenerator = LogAxis.Ticks(range.Min, range.Max);
        plot.Axes.SetLimits(x[0], x[^1], y[^1], y[0]);
        return plot;
    }

    // The same levels in all panels, so that dense lines mean a steep loss everywhere.
    private static void AddContours(Plot plot, double[,] grid, double[] x, double[] y, Range range)
    {
        var points = new Coordinates3d[y.Length, x.Length];
        foreach (var (i, j) in y.Index().SelectMany(_ => x.Index(), (row, column) => (row.Index, column.Index)))
        {
            points[i, j] = new(x[j], y[i], grid[i, j]);
        }

        double[] levels =
            [.. Enumerable.Range(1, ContourCount).Select(i => range.Min + ((range.Max - range.Min) * i / (ContourCount + 1)))];
        var contours = plot.Add.ContourLines(points);
        contours.ContourLineLevels = levels;
        contours.Update(points);
        contours.LineColor = Colors.White.WithAlpha(0.6);
        contours.LabelStyle.IsVisible = false;
        contours.Colormap = null;
        var texts = LogAxis.Texts(levels);
        foreach (var (at, level) in ContourLabels.Places(contours.Lines, (x[^1] - x[0]) / 2))
        {
            var text = levels.Zip(texts).MinBy(entry => Math.Abs(entry.First - level)).Second;
            var label = plot.Add.Text(text, at);
            label.LabelStyle.Alignment = Alignment.MiddleCenter;
            label.LabelStyle.FontSize = 10;
            label.LabelStyle.ForeColor = Colors.White;
        }
    }

    private static double Level(PlaneRow row) => LogAxis.At(row.Loss);
}
