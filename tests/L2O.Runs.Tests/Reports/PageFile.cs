using System.Xml;
using System.Xml.Linq;

namespace L2O.Tests.Reports;

/// <summary>A page as a test reads it: it is well-formed XML too.</summary>
internal sealed class PageFile
{
    private readonly XElement _root;

    internal PageFile(string markup)
    {
        Markup = markup;
        using var reader = XmlReader.Create(new StringReader(Markup), new() { DtdProcessing = DtdProcessing.Ignore });
        _root = XElement.Load(reader);
    }

    internal static PageFile At(string path) => new(File.ReadAllText(path));

    internal string Markup { get; }

    internal IReadOnlyList<string> Sections => [.. Elements("section").Select(section => $"{section.Attribute("id")?.Value}")];

    internal IReadOnlyList<string> Contents => [.. Elements("nav").Descendants("a").Select(link => $"{link.Attribute("href")?.Value}".TrimStart('#'))];

    internal string Text => string.Join('\n', Elements("body").Select(body => body.Value));

    internal IReadOnlyList<string> Figures => [.. Elements("figure").Select(figure => figure.Elements("p").First().Value)];

    internal string TextOf(string section) => Elements("section").First(element => element.Attribute("id")?.Value == section).Value;

    internal IEnumerable<XElement> Elements(string name) => _root.Descendants(name);

    /// <summary>The cells of a row of a table, by what names the row.</summary>
    internal IReadOnlyList<string> Row(string section, string name) =>
    [
        .. Elements("section").First(element => element.Attribute("id")?.Value == section).Descendants("tr")
            .First(row => row.Elements().First().Value == name && row.Elements("td").Any()).Elements().Select(cell => cell.Value),
    ];
}
