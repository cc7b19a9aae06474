using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using L2O.Experiments;
using L2O.Options;

namespace L2O.Cli;

/// <summary>The summaries that the build writes beside the libraries; empty where a file is not there.</summary>
internal sealed partial class Documentation
{
    private readonly Dictionary<string, string> _summaries;

    private Documentation(Dictionary<string, string> summaries) => _summaries = summaries;

    internal static Documentation OfLibrary() => new(new[] { typeof(IOptions), typeof(TrainConfig) }
        .Select(type => Path.Combine(AppContext.BaseDirectory, $"{type.Assembly.GetName().Name}.xml"))
        .Where(File.Exists)
        .SelectMany(path => XDocument.Load(path).Descendants("member"))
        .DistinctBy(member => $"{member.Attribute("name")?.Value}")
        .ToDictionary(member => $"{member.Attribute("name")?.Value}", member => Text(member.Element("summary"))));

    internal string Of(Type type) => _summaries.GetValueOrDefault($"T:{type.FullName}", "");

    /// <summary>Of a value of an enumeration.</summary>
    internal string Of(FieldInfo value) =>
        _summaries.GetValueOrDefault($"F:{value.DeclaringType?.FullName}.{value.Name}", "");

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
