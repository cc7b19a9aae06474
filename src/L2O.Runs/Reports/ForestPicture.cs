extern alias plots;

using plots::ScottPlot;

namespace L2O.Reports;

/// <summary>A row of a forest plot.</summary>
/// <param name="Name">Of the arm.</param>
/// <param name="Value">Drawn where it is finite.</param>
/// <param name="Low">Lower end of its line; NaN for none.</param>
/// <param name="High">Upper end.</param>
/// <param name="IsInterval">Whether the line is a 95% interval; else it reaches from the least to the greatest value.</param>
internal sealed record ForestRow(string Name, double Value, double Low, double High, bool IsInterval);

/// <summary>One panel.</summary>
/// <param name="Title">What is compared.</param>
/// <param name="X">What the axis shows.</param>
/// <param name="Rows">From the top.</param>
/// <param name="IsRatio">Whether values are ratios, to be held against 1; else differences, against 0.</param>
internal sealed record ForestPanel(string Title, string X, IReadOnlyList<ForestRow> Rows, bool IsRatio)
{
    /// <summary>Where nothing differs.</summary>
    internal double Same => IsRatio ? 1 : 0;

    /// <summary>Everything that is drawn.</summary>
    internal double[] Values => [.. Rows.SelectMany(row => new[] { row.Value, row.Low, row.High }).Where(double.IsFinite).Append(Same)];
}

/// <summary>Differences to a reference, row by row.</summary>
internal static class ForestPicture
{
    private const int MostColumns = 3;
    private const int HeightOfRow = 22;
    private const int HeightOfAxes = 110;
    private const int LongestName = 24;

    // Of ratios, from which between the least and the greatest a logarithmic axis reads better.
    private const double LeastFactor = 4;

    internal static Drawing Of(string title, string caption, IReadOnlyList<ForestPanel> panels)
    {
        var height = HeightOfAxes + (HeightOfRow * Math.Max(3, panels.Max(panel => panel.Rows.Count)));
        return new(
            new(title, caption),
            () => [.. panels.Select(Panel)],
            Math.Min(MostColumns, panels.Count),
            Width: 480,
            height)
        {
            HeightInPage = height,
        };
    }

    private static Plot Panel(ForestPanel panel)
    {
        var isLogarithmic = panel.IsRatio && panel.Values.Min() > 0 && panel.Values.Max() / panel.Values.Min() >= LeastFactor;
        Func<double, double> at = isLogarithmic ? LogAxis.At : value => value;
        var plot = Picture.Plot(panel.Title, panel.X, "");
        plot.Add.VerticalLine(at(panel.Same), color: Colors.Gray).LineWidth = 1;
        plots::ScottPlot.TickGenerators.NumericManual ticks = new();
        foreach (var (i, row) in panel.Rows.Reverse().Index())
        {
            ticks.AddMajor(i, Picture.Short(row.Name, LongestName));
            if (double.IsFinite(row.Low) && double.IsFinite(row.High))
            {
                var line = plot.Add.Line(at(row.Low), i, at(row.High), i);
                line.LineWidth = row.IsInterval ? 3 : 1;
                line.Color = Picture.Colour(0);
            }

            if (double.IsFinite(row.Value))
            {
                plot.Add.Marker(at(row.Value), i, size: 8, color: Picture.Colour(0));
            }
        }

        plot.Axes.Left.TickGenerator = ticks;
        var (low, high) = Limits(panel, at);
        plot.Axes.SetLimits(low, high, -0.7, panel.Rows.Count - 0.3);
        if (isLogarithmic)
        {
            plot.Axes.Bottom.TickGenerator = LogAxis.Ticks(low, high);
        }

        return plot;
    }

    private static (double Low, double High) Limits(ForestPanel panel, Func<double, double> at)
    {
        double[] ends = [.. panel.Values.Select(at)];
        var room = Math.Max(0.06 * (ends.Max() - ends.Min()), 1e-6 + (1e-3 * Math.Abs(ends.Max())));
        return (ends.Min() - room, ends.Max() + room);
    }
}
