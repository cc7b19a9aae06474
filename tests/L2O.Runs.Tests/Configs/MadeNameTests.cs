using Xunit;

namespace L2O.Tests.Configs;

public sealed class MadeNameTests
{
    [Fact]
    public void WordsThatFitAreAllThere() => Assert.Equal("one two three", Made("one", "two", "three"));

    [Fact]
    public void OfTooManyThoseThatFitAreThereAndATagOfAll()
    {
        var name = Made("one", "two", new string('x', 40), "three");

        Assert.Matches("^one two three [0-9a-f]{6}$", name);
        Assert.NotEqual(name, Made("one", "two", new string('y', 40), "three"));
        Assert.Equal(name, Made("one", "two", new string('x', 40), "three"));
    }

    [Fact]
    public void AFirstWordIsNeverCut() => Assert.StartsWith(new string('x', 60), Made(new string('x', 60), "two"), StringComparison.Ordinal);

    private static string Made(params string[] words) => L2O.Configs.MadeName.Of([.. words.Select(L2O.Configs.MadeName.Word.Of)]);
}
