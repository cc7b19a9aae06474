using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace L2O.Cli.Reference;

/// <summary>Reads the XML documentation beside each library; without that file every summary is empty.</summary>
internal sealed partial class Documentation
{
    private readonly Dictionary<Assembly, Dictionary<string, string>> _summaries = [];

    internal string Of(Type type) => Of(type, $"T:{type.FullName}");

    internal string Of(PropertyInfo property) => property.DeclaringType is { } type
        ? Of(type, $"P:{type.FullName}.{property.Name}")
        : "";

    /// <summary>Of a value of an enumeration.</summary>
    internal string Of(FieldInfo value) => value.DeclaringType is { } type ? Of(type, $"F:{type.FullName}.{value.Name}") : "";

    private string Of(Type type, string member)
    {
        if (!_summaries.TryGetValue(type.Assembly, out var summaries))
        {
            _summaries[type.Assembly] = summaries = Read(type.Assembly);
        }

        return summaries.GetValueOrDefault(member, "");
    }

    private static Dictionary<string, string> Read(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, "xml");
        return File.Exists(path)
            ? XDocument.Load(path).Descendants("member").ToDictionary(
                member => $"{member.Attribute("name")?.Value}", member => Text(member.Element("summary")))
            : [];
    }

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
