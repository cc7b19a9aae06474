using L2O.Reports.Documents;
using Xunit;

namespace L2O.Tests.Reports.Documents;

public sealed class HtmlTests
{
    [Fact]
    public void TextsAndAttributesAreEscaped() => Assert.Equal(
        "<p title=\"&quot;&amp;&lt;\">&lt;b&gt; &amp; \uFFFD</p>",
        Html.Element("p", [("title", "\"&<")], Html.Text("<b> & \u0001")).ToString());

    [Fact]
    public void MarkupIsNestedAsItIs() => Assert.Equal(
        "<ul><li>a</li><li>b</li></ul>",
        Html.Element("ul", new[] { "a", "b" }.Select(text => Html.Element("li", Html.Text(text)))).ToString());
}
