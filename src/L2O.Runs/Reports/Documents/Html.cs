using System.Net;

namespace L2O.Reports.Documents;

/// <summary>Markup that is well-formed XML too. Texts and the values of attributes become part of it by being escaped.</summary>
internal sealed class Html
{
    private readonly string _markup;

    private Html(string markup) => _markup = markup;

    /// <summary>Nothing.</summary>
    internal static Html Nothing { get; } = new("");

    /// <summary>A text, whatever characters it has.</summary>
    internal static Html Text(string text) => new(Escaped(text));

    /// <summary>An element with what is in it.</summary>
    internal static Html Element(string name, params IEnumerable<Html> content) => Element(name, [], content);

    /// <summary>The same with attributes.</summary>
    internal static Html Element(
        string name, IReadOnlyList<(string Name, string Value)> attributes, params IEnumerable<Html> content) =>
        new($"<{name}{Written(attributes)}>{string.Concat(content.Select(part => part._markup))}</{name}>");

    /// <summary>An element that has no content.</summary>
    internal static Html Empty(string name, params IReadOnlyList<(string Name, string Value)> attributes) =>
        new($"<{name}{Written(attributes)} />");

    /// <summary>A style sheet of this program, which has no character to escape.</summary>
    internal static Html Style(string css) => new($"<style>{css}</style>");

    /// <summary>Parts on lines of their own.</summary>
    internal static Html Lines(params IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part._markup + "\n")));

    /// <inheritdoc/>
    public override string ToString() => _markup;

    private static string Written(IReadOnlyList<(string Name, string Value)> attributes) =>
        string.Concat(attributes.Select(attribute => $" {attribute.Name}=\"{Escaped(attribute.Value)}\""));

    // XML has no way to write control characters.
    private static string Escaped(string text) => WebUtility.HtmlEncode(
        string.Concat(text.Select(letter => char.IsControl(letter) && letter is not ('\n' or '\t') ? '\uFFFD' : letter)));
}
