using L2O.Reports.Documents;
using Xunit;

namespace L2O.Tests.Reports.Documents;

public sealed class TextPageTests
{
    [Fact]
    public void ColumnsThatDoNotFitGoOnBelowBesideTheFirst()
    {
        TableBlock grid = new("Caption.", ["name", .. Enumerable.Range(0, 6).Select(i => $"column number {i}")], [["row", "0", "1", "2", "3", "4", "5"]]);

        Assert.Equal(
            """
            # title

            1. section

            ## section

            Caption.

                name  column number 0  column number 1  column number 2  column number 3
                row   0                1                2                3

                name  column number 4  column number 5
                row   4                5

            """.ReplaceLineEndings("\n"),
            TextPage.Of(new("title", [], [new("id", "section", [grid])], ReloadSeconds: null)));
    }

    [Fact]
    public void ACommandThatIsLongerThanALineIsJoinedByTheShell()
    {
        var word = new string('x', 200);
        var command = $"l2o report {word} {string.Join(' ', Enumerable.Repeat("directory", 12))}";

        string[] lines = [.. TextPage.Of(new("t", [new Commands([command])], [], ReloadSeconds: null)).Split('\n').Skip(2).Where(line => line.Length > 0)];

        Assert.All(lines, line => Assert.InRange(line.Length, 1, TextPage.Width));
        var joined = string.Concat(lines.Select(line => line.TrimEnd('\\')));
        Assert.Equal(command, string.Join(' ', joined.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.All(lines.SkipLast(1), line => Assert.EndsWith("\\", line, StringComparison.Ordinal));
    }
}
