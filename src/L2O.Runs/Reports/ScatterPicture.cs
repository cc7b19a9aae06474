extern alias plots;

using plots::ScottPlot;

namespace L2O.Reports;

/// <summary>A point of a scatter plot.</summary>
/// <param name="X">One number about a solution.</param>
/// <param name="Y">Another.</param>
/// <param name="Colour">Of its optimizer.</param>
internal sealed record ScatterPoint(double X, double Y, Color Colour);

/// <summary>One panel.</summary>
/// <param name="X">What the horizontal axis shows.</param>
/// <param name="Y">What the vertical axis shows.</param>
/// <param name="Points">With finite numbers; at least one.</param>
internal sealed record ScatterPanel(string X, string Y, IReadOnlyList<ScatterPoint> Points);

/// <summary>Solutions as points, one number against another.</summary>
internal static class ScatterPicture
{
    private const int MostColumns = 3;

    // From this factor between the least and the greatest value a logarithmic axis reads better.
    private const double LeastFactor = 10;

    internal static Drawing Of(
        string title, string caption, IReadOnlyList<LegendEntry> legend, IReadOnlyList<ScatterPanel> panels) => new(
            new(title, caption) { Legend = legend },
            () => [.. panels.Select(Panel)],
            Math.Min(MostColumns, panels.Count),
            Width: 440,
            Height: 350);

    private static Plot Panel(ScatterPanel panel)
    {
        var (x, y) = (Scale(panel.Points.Select(point => point.X)), Scale(panel.Points.Select(point => point.Y)));
        var plot = Picture.Plot($"{panel.Y} against {panel.X}", panel.X, panel.Y);
        foreach (var colour in panel.Points.GroupBy(point => point.Colour))
        {
            double[] across = [.. colour.Select(point => x.At(point.X))];
            double[] up = [.. colour.Select(point => y.At(point.Y))];
            var points = plot.Add.ScatterPoints(across, up, colour.Key.WithAlpha(0.8));
            points.MarkerSize = 7;
        }

        plot.Axes.SetLimits(x.Low, x.High, y.Low, y.High);
        if (x.IsLogarithmic)
        {
            plot.Axes.Bottom.TickGenerator = LogAxis.Ticks(x.Low, x.High);
        }

        if (y.IsLogarithmic)
        {
            plot.Axes.Left.TickGenerator = LogAxis.Ticks(y.Low, y.High);
        }

        return plot;
    }

    private static (Func<double, double> At, bool IsLogarithmic, double Low, double High) Scale(IEnumerable<double> numbers)
    {
        double[] values = [.. numbers];
        var isLogarithmic = values.Min() > 0 && values.Max() / values.Min() >= LeastFactor;
        Func<double, double> at = isLogarithmic ? LogAxis.At : value => value;
        var (low, high) = (at(values.Min()), at(values.Max()));
        var room = high > low ? 0.08 * (high - low) : Math.Max(1e-9, 0.1 * Math.Abs(high));
        return (at, isLogarithmic, low - room, high + room);
    }
}
