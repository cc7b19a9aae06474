extern alias plots;

using L2O.Storage;
using plots::ScottPlot;
using SkiaSharp;

namespace L2O.Reports;

/// <summary>A plot, or several side by side, as files for screens (PNG) and for papers (SVG).</summary>
internal static class Picture
{
    // Installed on most systems; others use their default font.
    private const string Font = "DejaVu Sans";

    /// <summary>An empty plot with labelled axes.</summary>
    internal static Plot Plot(string title, string x, string y)
    {
        Plot plot = new();
        plot.Font.Set(Font);
        plot.Title(title, size: 15);
        plot.XLabel(x, size: 13);
        plot.YLabel(y, size: 13);
        plot.Legend.FontSize = 12;
        return plot;
    }

    /// <summary>The colour of the n-th line.</summary>
    internal static Color Colour(int index) => new plots::ScottPlot.Palettes.Category10().GetColor(index);

    /// <summary>Writes NAME.png and NAME.svg.</summary>
    /// <param name="path">Without an extension.</param>
    /// <param name="panels">Row by row, from the left.</param>
    /// <param name="columns">Panels per row.</param>
    /// <param name="width">Of a panel, in pixels.</param>
    /// <param name="height">Of a panel, in pixels.</param>
    internal static void Write(string path, IReadOnlyList<Plot> panels, int columns, int width, int height)
    {
        var rows = (panels.Count + columns - 1) / columns;
        Multiplot multiplot = new() { Layout = new plots::ScottPlot.MultiplotLayouts.Grid(rows, columns) };
        multiplot.Reset(panels[0]);
        foreach (var panel in panels.Skip(1))
        {
            multiplot.AddPlot(panel);
        }

        var (totalWidth, totalHeight) = (columns * width, rows * height);
        using var image = multiplot.Render(totalWidth, totalHeight);
        DurableFile.Write($"{path}.png", stream => stream.Write(image.GetImageBytes(ImageFormat.Png)));
        DurableFile.Write($"{path}.svg", stream =>
        {
            using var canvas = SKSvgCanvas.Create(new SKRect(0, 0, totalWidth, totalHeight), stream);
            canvas.Clear(SKColors.White);
            multiplot.Render(canvas, new PixelRect(0, totalWidth, totalHeight, 0));
        });
    }
}
