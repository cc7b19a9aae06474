extern alias plots;

using L2O.Reports.Documents;
using plots::ScottPlot;

namespace L2O.Reports;

/// <summary>What a picture shows, drawn anew for each use: as files of its own, and panel by panel in a page.</summary>
/// <param name="Picture">Its title, its caption and what its panels share.</param>
/// <param name="Draw">Makes the panels.</param>
/// <param name="Columns">Panels per row, in the files.</param>
/// <param name="Width">Of a panel in the files, in pixels.</param>
/// <param name="Height">Of a panel in the files, in pixels.</param>
internal sealed record Drawing(Picture Picture, Func<IReadOnlyList<Plot>> Draw, int Columns, int Width, int Height)
{
    // Of a panel in a page, which is shown as wide as a telephone's screen or up to half as wide again.
    private const int PanelWidth = 480;
    private const int PanelHeight = 350;

    /// <summary>In the files the only panel has a legend beside it; in a page it is above.</summary>
    internal bool HasLegendBeside { get; init; }

    /// <summary>In a page, in pixels; null for the usual.</summary>
    internal int? HeightInPage { get; init; }

    /// <summary>Writes PATH.png and PATH.svg.</summary>
    internal void Write(string path)
    {
        var panels = Draw();
        if (HasLegendBeside)
        {
            panels[0].ShowLegend(Edge.Right);
        }

        (HasLegendBeside ? Picture with { Legend = [] } : Picture).Write(path, panels, Columns, Width, Height);
    }

    /// <summary>As a page shows it.</summary>
    /// <param name="name">Of the files.</param>
    internal Figure InPage(string name) => new(
        Picture.Title,
        Picture.Caption,
        name,
        [
            .. Draw().Select(plot => new Panel(
                Picture.Svg(plot, PanelWidth, HeightInPage ?? PanelHeight), PanelWidth, HeightInPage ?? PanelHeight)),
        ],
        [.. Picture.Legend.Select(entry => new LegendLine(entry.Name, entry.Colour.ToHex()))]);
}
