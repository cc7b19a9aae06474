using L2O.Reports.Documents;
using Xunit;

namespace L2O.Tests.Reports.Documents;

public sealed class ShellWordTests
{
    [Theory]
    [InlineData("runs/a-b_1.2", "runs/a-b_1.2")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("", "''")]
    [InlineData("$(x)", "'$(x)'")]
    public void AWordIsInQuotesWhereItNeedsThem(string text, string word) => Assert.Equal(word, ShellWord.Of(text));
}
