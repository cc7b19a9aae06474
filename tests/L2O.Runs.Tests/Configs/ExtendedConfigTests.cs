using L2O.Configs;
using L2O.Errors;
using Xunit;

namespace L2O.Tests.Configs;

public sealed class ExtendedConfigTests : IDisposable
{
    private const string Base = """
        name: base
        count: 7
        limit: 2
        sizes: [4, 5]
        part: {low: 1, high: 3}
        thing: {kind: fancy, weight: 2, part: {high: 4}}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void WhatAConfigDoesNotSayTheOtherSays()
    {
        Write("base.yaml", Base);

        var config = Read("name: x\nextends: base.yaml\nsizes: [6]\npart: {high: 9}");

        Assert.Equal(("x", 7, 2), (config.Name, config.Count, config.Limit));
        Assert.Equal([6], config.Sizes);
        Assert.Equal(new() { Low = 1, High = 9 }, config.Part);
        Assert.Equal(2, Assert.IsType<FancyThing>(config.Thing).Weight);
    }

    [Theory]
    [InlineData("{weight: 5}", 5, 4)]
    [InlineData("{kind: fancy, weight: 5}", 5, 4)]
    [InlineData("{part: {low: 1}}", 2, 4)]
    [InlineData("{}", 2, 4)]
    public void AMapOfTheSameKindIsMerged(string thing, double weight, int high)
    {
        Write("base.yaml", Base);

        var fancy = Assert.IsType<FancyThing>(Read($"extends: base.yaml\nthing: {thing}").Thing);

        Assert.Equal((weight, high), (fancy.Weight, fancy.Part.High));
    }

    [Fact]
    public void AMapOfAnotherKindReplacesTheWholeMap()
    {
        Write("base.yaml", Base);

        Assert.IsType<PlainThing>(Read("extends: base.yaml\nthing: {kind: plain}").Thing);
    }

    [Fact]
    public void NullTakesAKeyAwayWhereItsTypeAllowsThat()
    {
        Write("base.yaml", Base);

        Assert.Null(Read("extends: base.yaml\nlimit: null").Limit);
        Assert.Equal(
            $"{At("a.yaml")}:2:8: thing is null; choose a map whose kind is plain, fancy", Problem("extends: base.yaml\nthing: null"));
    }

    [Fact]
    public void EachFileOfAChainCountsPathsFromItself()
    {
        Write("first.yaml", Base);
        Write("below/second.yaml", "extends: ../first.yaml\ncount: 8\npart: {low: 2}");
        Write("below/third.yaml", "extends: second.yaml\npart: {high: 5}");

        var config = Read("name: x\nextends: below/third.yaml");

        Assert.Equal(("x", 8, 2), (config.Name, config.Count, config.Limit));
        Assert.Equal(new() { Low = 2, High = 5 }, config.Part);
    }

    [Fact]
    public void TextWithoutAFolderCountsPathsFromTheWorkingDirectory()
    {
        var path = Path.GetRelativePath(Environment.CurrentDirectory, Write("base.yaml", Base));

        Assert.Equal(7, SampleConfig.Read($"extends: {path}").Count);
        Assert.Equal(7, SampleConfig.Read($"extends: {At("base.yaml")}").Count);
    }

    [Fact]
    public void OverridesApplyToTheWhole()
    {
        Write("base.yaml", Base);

        var config = Read("extends: base.yaml\npart: {high: 9}", "part.low=4", "sizes.1=8", "thing={kind: plain}");

        Assert.Equal(new() { Low = 4, High = 9 }, config.Part);
        Assert.Equal([4, 8], config.Sizes);
        Assert.IsType<PlainThing>(config.Thing);
    }

    [Fact]
    public void AnOverrideExtendsNothing() => Assert.Equal(
        "--set extends=base.yaml: extends is read before --set; write it in a config file",
        Problem("name: x", "extends=base.yaml"));

    [Fact]
    public void AProblemPointsToTheFileThatTheValueStandsIn()
    {
        Write("base.yaml", "count: 0\npart: {hihg: 3}\nnote: a\nnote: b");

        Assert.Equal(
            $"""
            --set limit=x: limit is x; choose a number
            {At("base.yaml")}:1:8: count is 0; choose 1 or more
            {At("base.yaml")}:2:8: unknown key `hihg` in part; did you mean `high`?
            {At("base.yaml")}:4:1: duplicate key `note`; first at {At("base.yaml")}:3:1
            {At("a.yaml")}:2:1: unknown key `extend`; did you mean `extends`?
            {At("a.yaml")}:3:13: part.low is 11; choose at most high (10)
            """,
            Problem("extends: base.yaml\nextend: other.yaml\npart: {low: 11}\nname: x", "limit=x"));
    }

    [Fact]
    public void WhatAllOfThemLackIsMissingInTheConfigItself()
    {
        Write("base.yaml", "thing: {kind: fancy}");

        Assert.Equal(
            $"{At("a.yaml")}:1:1: name is missing; choose text\n{At("a.yaml")}:2:8: thing.weight is missing; choose a number",
            Problem("extends: base.yaml\nthing: {hidden: [3]}"));
    }

    [Theory]
    [InlineData("gone.yaml", "gone.yaml: no such file")]
    [InlineData("gone/base.yaml", "gone/base.yaml: no such file")]
    [InlineData("below", "below: is a directory; name a config file")]
    [InlineData("broken.yaml", "broken.yaml:2:1: is not valid YAML: ")]
    [InlineData("list.yaml", "list.yaml:1:1: the config is a list; choose a map, starting with `name: ...`")]
    [InlineData("empty.yaml", "empty.yaml: is empty; start with `name: ...`")]
    [InlineData("bytes.yaml", "bytes.yaml: is not UTF-8 text")]
    public void AFileThatIsNoConfigIsNamedWhereItIsExtended(string file, string expected)
    {
        Write("below/base.yaml", Base);
        Write("broken.yaml", "a: [1\n");
        Write("list.yaml", "[1, 2]");
        Write("empty.yaml", "# nothing");
        File.WriteAllBytes(At("bytes.yaml"), [0x61, 0xff, 0xfe]);

        var problem = Assert.Single(Problem($"name: x\nextends: {file}").Split('\n'));

        Assert.StartsWith($"{At("a.yaml")}:2:10: extends {At(expected)}", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[base.yaml]", "extends is a list; choose a config file")]
    [InlineData("{train: base.yaml}", "extends is a map; choose a config file")]
    [InlineData("~", "extends is ~; choose a config file")]
    [InlineData("''", "extends \"\" is empty")]
    [InlineData("~x/y", "extends ~x/y begins with another user's home; write it in full, or ./~x/y for a folder of that name")]
    public void WhatIsNoPathIsRefused(string value, string expected) =>
        Assert.Equal($"{At("a.yaml")}:1:10: {expected}", Problem($"extends: {value}"));

    [Fact]
    public void AFileThatExtendsItselfIsNamed() => Assert.Equal(
        $"{At("a.yaml")}:2:10: extends goes round in a circle: {At("a.yaml")}, {At("a.yaml")}; leave one `extends` out",
        Problem("name: x\nextends: a.yaml"));

    [Fact]
    public void ACircleIsNamedWhereItCloses()
    {
        Write("below/b.yaml", "extends: ../c.yaml");
        Write("c.yaml", "name: x\nextends: below/b.yaml");

        Assert.Equal(
            $"{At("below/../c.yaml")}:2:10: extends goes round in a circle: {At("a.yaml")}, {At("below/b.yaml")}, {At("below/../c.yaml")}, "
            + $"{At("below/../below/b.yaml")}; leave one `extends` out",
            Problem("extends: below/b.yaml"));
    }

    [Fact]
    public void AMistakeDownTheChainIsToldWhereItIs()
    {
        Write("b.yaml", "extends: gone.yaml");

        Assert.Equal($"{At("b.yaml")}:1:10: extends {At("gone.yaml")}: no such file", Problem("extends: b.yaml"));
    }

    private SampleConfig Read(string yaml, params string[] overrides) =>
        ConfigReader.Read<SampleConfig>(ConfigSource.FromFile(Write("a.yaml", yaml), overrides), SampleConfig.Kinds);

    private string Problem(string yaml, params string[] overrides) =>
        Assert.Throws<ConfigException>(() => Read(yaml, overrides)).Message;

    private string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name)) ?? _folder);
        File.WriteAllText(At(name), text);
        return At(name);
    }

    private string At(string name) => Path.Combine(_folder, name);
}
