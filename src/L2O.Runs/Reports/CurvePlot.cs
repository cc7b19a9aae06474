extern alias plots;

using L2O.Reports.Sources;
using plots::ScottPlot;

namespace L2O.Reports;

/// <summary>A mean curve and how it is drawn.</summary>
/// <param name="Curve">With its band.</param>
/// <param name="Colour">Of both.</param>
internal sealed record DrawnCurve(MeanCurve Curve, Color Colour)
{
    /// <summary>Points to mark on it.</summary>
    internal IReadOnlyList<(double X, double Y)> Marks { get; init; } = [];
}

/// <summary>One panel of a picture of curves.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="X">Of the axis.</param>
/// <param name="Y">Of the axis.</param>
/// <param name="Curves">At least one.</param>
/// <param name="Lines">Where vertical lines are.</param>
internal sealed record CurvePanel(
    string Title, string X, string Y, IReadOnlyList<DrawnCurve> Curves, IReadOnlyList<double> Lines)
{
    /// <summary>Whether the vertical axis is never logarithmic: of shares and counts.</summary>
    internal bool IsLinear { get; init; }

    /// <summary>Between which all values lie by their nature, and beyond which no band is drawn.</summary>
    internal (double Low, double High) Bounds { get; init; } = (double.NegativeInfinity, double.PositiveInfinity);
}

/// <summary>Draws panels of curves.</summary>
internal static class CurvePlot
{
    // From this factor between the least and the greatest value a logarithmic axis reads better.
    private const double LeastFactor = 4;

    // A band that reaches far beyond the curves would press them flat.
    private const double MostBand = 0.5;

    /// <summary>Whether its vertical axis is logarithmic.</summary>
    internal static bool IsLogarithmic(CurvePanel panel)
    {
        double[] values = [.. Values(panel)];
        return !panel.IsLinear && values.Length > 0 && values.Min() > 0 && values.Max() / values.Min() >= LeastFactor;
    }

    internal static Plot Of(CurvePanel panel)
    {
        var plot = Picture.Plot(panel.Title, panel.X, panel.Y);
        Func<double, double> at = IsLogarithmic(panel) ? LogAxis.At : value => value;
        double[] values = [.. Values(panel).DefaultIfEmpty(0).Select(at)];
        var (low, high) = (values.Min(), values.Max());
        var room = MostBand * Math.Max(high - low, 1e-6);
        var bandLow = Math.Max(low - room, double.IsFinite(panel.Bounds.Low) ? at(panel.Bounds.Low) : low - room);
        var bandHigh = Math.Min(high + room, double.IsFinite(panel.Bounds.High) ? at(panel.Bounds.High) : high + room);
        foreach (var drawn in panel.Curves)
        {
            AddBand(plot, drawn, at, bandLow, bandHigh);
        }

        foreach (var drawn in panel.Curves)
        {
            AddLine(plot, drawn, at);
        }

        var (left, right) = (panel.Curves.Min(drawn => drawn.Curve.X.Min()), panel.Curves.Max(drawn => drawn.Curve.X.Max()));
        foreach (var x in panel.Lines.Where(x => x > left && x < right))
        {
            plot.Add.VerticalLine(x, color: Colors.DimGray).LineWidth = 1.5f;
        }

        (low, high) = Reached(panel, at, low, high, bandLow, bandHigh);
        var beside = right > left ? 0.015 * (right - left) : 0.5;
        plot.Axes.SetLimitsX(left - beside, right + beside);
        if (IsLogarithmic(panel))
        {
            LogAxis.Set(plot, low, high);
        }
        else
        {
            var margin = 0.05 * Math.Max(high - low, 1e-6);
            plot.Axes.SetLimitsY(low - margin, high + margin);
        }

        return plot;
    }

    private static IEnumerable<double> Values(CurvePanel panel) =>
        panel.Curves.SelectMany(drawn => drawn.Curve.Mean).Where(double.IsFinite);

    private static (double Low, double High) Reached(
        CurvePanel panel, Func<double, double> at, double low, double high, double bandLow, double bandHigh)
    {
        var ends = panel.Curves.SelectMany(drawn => drawn.Curve.Low.Concat(drawn.Curve.High)).Where(double.IsFinite)
            .Select(value => Math.Clamp(at(value), bandLow, bandHigh)).ToArray();
        return ends.Length == 0 ? (low, high) : (Math.Min(low, ends.Min()), Math.Max(high, ends.Max()));
    }

    private static void AddBand(Plot plot, DrawnCurve drawn, Func<double, double> at, double low, double high)
    {
        var curve = drawn.Curve;
        (double X, double Low, double High)[] points =
        [
            .. curve.X.Index().Where(x => double.IsFinite(curve.Low[x.Index]) && double.IsFinite(curve.High[x.Index]))
                .Select(x => (x.Item, Math.Clamp(at(curve.Low[x.Index]), low, high), Math.Clamp(at(curve.High[x.Index]), low, high))),
        ];
        if (curve.RunCount > 1 && points.Length > 1)
        {
            var band = plot.Add.FillY(
                [.. points.Select(point => point.X)], [.. points.Select(point => point.Low)], [.. points.Select(point => point.High)]);
            band.FillColor = drawn.Colour.WithAlpha(0.22);
            band.LineWidth = 0;
            band.MarkerSize = 0;
        }
    }

    private static void AddLine(Plot plot, DrawnCurve drawn, Func<double, double> at)
    {
        var (curve, colour) = (drawn.Curve, drawn.Colour);
        int[] shown = [.. Enumerable.Range(0, curve.X.Length).Where(i => double.IsFinite(curve.Mean[i]))];
        double[] x = [.. shown.Select(i => curve.X[i])];
        double[] y = [.. shown.Select(i => at(curve.Mean[i]))];
        if (shown.Length == 0)
        {
            return;
        }

        var line = plot.Add.ScatterLine(x, y, colour);
        line.LineWidth = 2;
        if (shown.Length == 1)
        {
            plot.Add.Marker(x[0], y[0], size: 7, color: colour);
        }

        if (curve.EndedCount > 0)
        {
            plot.Add.Marker(x[^1], y[^1], MarkerShape.Eks, size: 10, color: colour);
        }

        foreach (var (markX, markY) in drawn.Marks.Where(mark => double.IsFinite(mark.Y)))
        {
            plot.Add.Marker(markX, at(markY), size: 9, color: colour);
        }
    }
}
