using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using L2O.Options;

namespace L2O.Cli;

/// <summary>Reads the XML documentation beside the library; without that file every summary is empty.</summary>
internal sealed partial class Documentation
{
    private readonly Dictionary<string, string> _summaries;

    private Documentation(Dictionary<string, string> summaries) => _summaries = summaries;

    internal static Documentation OfLibrary()
    {
        var path = Path.Combine(AppContext.BaseDirectory, $"{typeof(IOptions).Assembly.GetName().Name}.xml");
        return new(File.Exists(path)
            ? XDocument.Load(path).Descendants("member").ToDictionary(
                member => $"{member.Attribute("name")?.Value}", member => Text(member.Element("summary")))
            : []);
    }

    internal string Of(Type type) => _summaries.GetValueOrDefault($"T:{type.FullName}", "");

    internal string Of(PropertyInfo property) =>
        _summaries.GetValueOrDefault($"P:{property.DeclaringType?.FullName}.{property.Name}", "");

    private static string Text(XElement? summary) => Space().Replace(
        string.Concat((summary?.Nodes() ?? []).Select(node => node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" or "paramref" } reference => Name(reference),
            XElement other => other.Value,
            _ => "",
        })),
        " ").Trim();

    private static string Name(XElement reference) =>
        $"{reference.Attributes().FirstOrDefault()?.Value.Split('.', ':').Last()}";

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
