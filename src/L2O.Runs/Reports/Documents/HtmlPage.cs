using System.Globalization;
using System.Text;

namespace L2O.Reports.Documents;

/// <summary>A page as one HTML file that refers to nothing outside of itself and runs no script.</summary>
internal static class HtmlPage
{
    // Says to browsers what holds anyway: nothing is loaded.
    private const string Policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

    private const string Contents = "contents";

    /// <summary>The file's text.</summary>
    internal static string Of(Page page) => "<!DOCTYPE html>\n" + Html.Element(
        "html",
        [("lang", "en")],
        Html.Lines(Head(page), Html.Element("body", Html.Element("main", Html.Lines(Body(page)))))) + "\n";

    private static Html Head(Page page) => Html.Element("head", Html.Lines(
    [
        Html.Empty("meta", ("charset", "utf-8")),
        Html.Empty("meta", ("http-equiv", "Content-Security-Policy"), ("content", Policy)),
        Html.Empty("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")),
        .. page.ReloadSeconds is { } seconds
            ? [Html.Empty("meta", ("http-equiv", "refresh"), ("content", seconds.ToString(CultureInfo.InvariantCulture)))]
            : (Html[])[],
        Html.Empty("link", ("rel", "icon"), ("href", "data:,")),
        Html.Element("title", Html.Text(page.Title)),
        Html.Style(PageStyle.Sheet),
    ]));

    private static IEnumerable<Html> Body(Page page) =>
    [
        Html.Element("h1", Html.Text(page.Title)),
        .. page.Opening.Select(Of),
        Html.Element(
            "nav",
            [("id", Contents), ("aria-label", "Contents")],
            Html.Element("ol", page.Sections.Select(section => Html.Element(
                "li", Html.Element("a", [("href", $"#{section.Id}")], Html.Text(section.Title)))))),
        .. page.Sections.Select(section => Html.Element(
            "section",
            [("id", section.Id)],
            Html.Lines([Html.Element("h2", Html.Text(section.Title)), .. section.Blocks.Select(Of)]))),
    ];

    private static Html Of(Block block) => block switch
    {
        Subtitle subtitle => Html.Element("h3", Html.Text(subtitle.Text)),
        Paragraph paragraph => Html.Element("p", Html.Text(paragraph.Text)),
        Bullets bullets => Html.Element("ul", bullets.Items.Select(item => Html.Element("li", Html.Text(item)))),
        Commands commands => Html.Element("pre", Html.Text(string.Join('\n', commands.Lines))),
        Folded folded => Html.Element(
            "details",
            Html.Element("summary", Html.Text($"{folded.Title} ({folded.File})")),
            Html.Element("pre", Html.Text(folded.Text))),
        TableBlock grid => Of(grid),
        Figure figure => Of(figure),
        _ => throw new ArgumentException($"{block.GetType().Name} is no block that a page shows", nameof(block)),
    };

    // The caption is outside of what scrolls.
    private static Html Of(TableBlock grid) => Html.Lines(Html.Element("p", [("class", "caption")], Html.Text(grid.Caption)), Table(grid));

    private static Html Table(TableBlock grid) => Html.Element("div", [("class", "wide")], Html.Element(
        "table",
        Html.Element("thead", Html.Element(
            "tr", grid.Columns.Select(column => Html.Element("th", [("scope", "col")], Html.Text(column))))),
        Html.Element("tbody", grid.Rows.Select(row => Html.Element("tr", row.Select((cell, i) => i == 0
            ? Html.Element("th", [("scope", "row")], Html.Text(cell))
            : Html.Element("td", IsNumber(cell) ? [("class", "number")] : [], Html.Text(cell))))))));

    private static Html Of(Figure figure) => Html.Element(
        "figure",
        Html.Element("p", [("class", "title")], Html.Text(figure.Title)),
        Html.Element("div", [("class", "plots")], Legend(figure.Legend), Html.Element(
            "div",
            [("class", figure.Panels.Count == 1 ? "panels single" : "panels")],
            figure.Panels.Select((panel, i) => Html.Empty(
                "img",
                ("src", $"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(panel.Svg))}"),
                ("width", panel.Width.ToString(CultureInfo.InvariantCulture)),
                ("height", panel.Height.ToString(CultureInfo.InvariantCulture)),
                ("alt", figure.Panels.Count == 1 ? figure.Title : $"{figure.Title}, panel {i + 1} of {figure.Panels.Count}"))))),
        Html.Element("figcaption", Html.Text(figure.Caption)));

    private static Html Legend(IReadOnlyList<LegendLine> lines) => lines.Count == 0
        ? Html.Nothing
        : Html.Element("ul", [("class", "legend")], lines.Select(line => Html.Element(
            "li",
            Html.Element("span", [("class", "line"), ("style", $"border-top: 3px solid {line.Colour}")]),
            Html.Text(line.Name))));

    private static bool IsNumber(string cell) => cell.Length > 0 && (char.IsAsciiDigit(cell[0]) || cell[0] is '-' or '−' or '∞');
}
