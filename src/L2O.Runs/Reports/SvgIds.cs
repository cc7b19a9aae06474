using System.Globalization;
using System.Text.RegularExpressions;

namespace L2O.Reports;

/// <summary>The names that parts of an SVG have for one another. The library counts them through all pictures of a process.</summary>
internal static partial class SvgIds
{
    /// <summary>The same picture with names by their order, so that it is the same text each time.</summary>
    internal static string InOrder(string svg)
    {
        var names = Name().Matches(svg).Select(match => match.Groups[1].Value).Distinct().Index()
            .ToDictionary(entry => entry.Item, entry => string.Create(CultureInfo.InvariantCulture, $"p{entry.Index}"));
        return Use().Replace(
            svg, match => names.TryGetValue(match.Groups[2].Value, out var name) ? match.Groups[1].Value + name + match.Groups[3].Value : match.Value);
    }

    [GeneratedRegex("\\bid=\"([^\"]+)\"")]
    private static partial Regex Name();

    [GeneratedRegex("(\\bid=\"|url\\(#|href=\"#)([^\")]+)([\")])")]
    private static partial Regex Use();
}
