extern alias plots;

using System.Text;
using L2O.Storage;
using plots::ScottPlot;
using SkiaSharp;

namespace L2O.Reports;

/// <summary>A plot, or several side by side, under a title and above a caption, as files for screens (PNG) and for papers (SVG).</summary>
/// <param name="Title">Names what is shown.</param>
/// <param name="Caption">Says how to read it.</param>
internal sealed record Picture(string Title, string Caption)
{
    // Installed on most systems; others use their default font.
    private const string Font = "DejaVu Sans";

    private const int LongestName = 40;
    private const int Colours = 10;
    private const int TitleHeight = 36;
    private const int Margin = 14;
    private const float TitleSize = 17;
    private const float CaptionSize = 13;
    private const float LineHeight = 18;
    private const float LegendLine = 26;
    private const float LegendGap = 18;

    /// <summary>What the panels' lines are called, where no panel has a legend of its own.</summary>
    internal IReadOnlyList<LegendEntry> Legend { get; init; } = [];

    /// <summary>An empty plot with labelled axes; its legend is beside them and covers nothing.</summary>
    internal static Plot Plot(string title, string x, string y)
    {
        Plot plot = new();
        plot.Font.Set(Font);
        plot.Title(title, size: 14);
        plot.XLabel(x, size: 13);
        plot.YLabel(y, size: 13);
        plot.Legend.FontSize = 12;
        return plot;
    }

    /// <summary>The colour of the n-th line; those after ten have lighter shades of the first.</summary>
    internal static Color Colour(int index) =>
        new plots::ScottPlot.Palettes.Category20().GetColor((2 * (index % Colours)) + (index / Colours % 2));

    /// <summary>A name as there is room for it in a title or legend.</summary>
    internal static string Short(string name) => Short(name, LongestName);

    /// <summary>A name in so many characters, without its middle where it is longer.</summary>
    internal static string Short(string name, int length) =>
        name.Length <= length ? name : $"{name[..(length / 2)]}…{name[^((length / 2) - 1)..]}";

    /// <summary>Writes NAME.png and NAME.svg.</summary>
    /// <param name="path">Without an extension.</param>
    /// <param name="panels">Row by row, from the left.</param>
    /// <param name="columns">Panels per row.</param>
    /// <param name="width">Of a panel, in pixels.</param>
    /// <param name="height">Of a panel, in pixels.</param>
    internal void Write(string path, IReadOnlyList<Plot> panels, int columns, int width, int height)
    {
        var rows = (panels.Count + columns - 1) / columns;
        Multiplot multiplot = new() { Layout = new plots::ScottPlot.MultiplotLayouts.Grid(rows, columns) };
        multiplot.Reset(panels[0]);
        foreach (var panel in panels.Skip(1))
        {
            multiplot.AddPlot(panel);
        }

        using SKFont font = new(SKTypeface.FromFamilyName(Font), CaptionSize);
        var room = (columns * width) - (2 * Margin);
        string[] caption = [.. Wrapped(Caption, font, room)];
        var legend = LegendPlaces(font, room);
        var top = TitleHeight + (int)(legend.Count == 0 ? 0 : legend[^1].Y + LineHeight);
        var bottom = top + (rows * height);
        SKSizeI size = new(columns * width, (int)(bottom + (caption.Length * LineHeight) + Margin));

        void Draw(SKCanvas canvas)
        {
            canvas.Clear(SKColors.White);
            canvas.Save();
            canvas.Translate(0, top);
            multiplot.Render(canvas, new PixelRect(0, size.Width, rows * height, 0));
            canvas.Restore();
            DrawTexts(canvas, caption, font, bottom);
            DrawLegend(canvas, legend, font);
        }

        using var surface = SKSurface.Create(new SKImageInfo(size.Width, size.Height));
        Draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        DurableFile.Write($"{path}.png", png.SaveTo);
        DurableFile.WriteText($"{path}.svg", Svg(size.Width, size.Height, Draw));
    }

    /// <summary>A plot alone and without its legend, as SVG.</summary>
    internal static string Svg(Plot plot, int width, int height) => Svg(width, height, canvas =>
    {
        canvas.Clear(SKColors.White);
        plot.HideLegend();
        plot.Render(canvas, new PixelRect(0, width, height, 0));
    });

    private static string Svg(int width, int height, Action<SKCanvas> draw)
    {
        using MemoryStream stream = new();
        using (var canvas = SKSvgCanvas.Create(new SKRect(0, 0, width, height), stream))
        {
            draw(canvas);
        }

        return SvgIds.InOrder(Encoding.UTF8.GetString(stream.ToArray()));
    }

    private void DrawTexts(SKCanvas canvas, string[] caption, SKFont font, int bottom)
    {
        using SKPaint black = new() { Color = SKColors.Black, IsAntialias = true };
        using SKFont large = new(SKTypeface.FromFamilyName(Font, SKFontStyle.Bold), TitleSize);
        canvas.DrawText(Title, Margin, TitleHeight - 10, large, black);
        foreach (var (i, line) in caption.Index())
        {
            canvas.DrawText(line, Margin, bottom + ((i + 1) * LineHeight), font, black);
        }
    }

    // Entries from the left, in as many lines as they need.
    private List<SKPoint> LegendPlaces(SKFont font, float room)
    {
        List<SKPoint> places = [];
        var (x, y) = (0f, 0f);
        foreach (var width in Legend.Select(entry => LegendLine + 6 + font.MeasureText(entry.Name)))
        {
            if (x > 0 && x + width > room)
            {
                (x, y) = (0, y + LineHeight);
            }

            places.Add(new(x, y));
            x += width + LegendGap;
        }

        return places;
    }

    private void DrawLegend(SKCanvas canvas, List<SKPoint> places, SKFont font)
    {
        using SKPaint black = new() { Color = SKColors.Black, IsAntialias = true };
        foreach (var (entry, place) in Legend.Zip(places))
        {
            using SKPaint line = new()
            {
                Color = new(entry.Colour.Red, entry.Colour.Green, entry.Colour.Blue),
                StrokeWidth = 3,
                IsAntialias = true,
                IsStroke = true,
            };
            var (x, y) = (Margin + place.X, TitleHeight + place.Y + 8);
            canvas.DrawLine(x, y, x + LegendLine, y, line);
            canvas.DrawText(entry.Name, x + LegendLine + 6, y + 4, font, black);
        }
    }

    private static IEnumerable<string> Wrapped(string text, SKFont font, float width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && font.MeasureText(longer) > width)
            {
                yield return line;
                longer = word;
            }

            line = longer;
        }

        yield return line;
    }
}

/// <summary>A line of a legend.</summary>
/// <param name="Name">What is drawn so.</param>
/// <param name="Colour">Of its line.</param>
internal sealed record LegendEntry(string Name, Color Colour);
