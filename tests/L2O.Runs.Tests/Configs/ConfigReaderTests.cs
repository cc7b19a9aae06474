using L2O.Configs;
using L2O.Errors;
using Xunit;

namespace L2O.Tests.Configs;

public sealed class ConfigReaderTests
{
    [Fact]
    public void EveryTypeOfValueIsRead()
    {
        var config = SampleConfig.Read("""
            name: x-1
            count: 7
            large: 9000000000
            rate: 1e-4
            limit: .inf
            note: "5"
            is_loud: true
            shape: open
            sizes: [4, 5]
            words: [yes, 'a b']
            shapes: [open, half_open]
            part: {low: 1}
            parts:
              - high: 3
              - {}
            thing: {kind: fancy, weight: 2, part: {high: 4}}
            data: second
            """);

        Assert.Equal(("x-1", 7, 9_000_000_000, 1e-4), (config.Name, config.Count, config.Large, config.Rate));
        Assert.Equal((double.PositiveInfinity, "5", true), (config.Limit, config.Note, config.IsLoud));
        Assert.Equal((SampleShape.Open, "second"), (config.Shape, config.Data));
        Assert.Equal([4, 5], config.Sizes);
        Assert.Equal(["yes", "a b"], config.Words);
        Assert.Equal([SampleShape.Open, SampleShape.HalfOpen], config.Shapes);
        Assert.Equal([new() { High = 3 }, new()], config.Parts);
        var thing = Assert.IsType<FancyThing>(config.Thing);
        Assert.Equal((2, 4, 20), (thing.Weight, thing.Part.High, Assert.Single(thing.Hidden)));
    }

    [Fact]
    public void WhatIsAbsentKeepsItsDefault()
    {
        var config = SampleConfig.Read("name: x\nlimit: ~");

        Assert.Equal((3, null, null), (config.Count, config.Limit, config.Note));
        Assert.IsType<PlainThing>(config.Thing);
    }

    [Theory]
    [InlineData("cuont: 1", "2:1: unknown key `cuont`; did you mean `count`?")]
    [InlineData("part: {hihg: 1}", "2:8: unknown key `hihg` in part; did you mean `high`?")]
    [InlineData("part: {zebra: 1}", "2:8: unknown key `zebra` in part; the keys are low, high")]
    [InlineData("count: 1\ncount: 2", "3:1: duplicate key `count`; first at a.yaml:2:1")]
    [InlineData("count: 0", "2:8: count is 0; choose 1 or more")]
    [InlineData("count: 1.5", "2:8: count is 1.5; choose a whole number")]
    [InlineData("count: 1e3", "2:8: count is 1e3; choose a whole number")]
    [InlineData("count: \"1\"", "2:8: count is \"1\"; choose a whole number")]
    [InlineData("count: ~", "2:8: count is ~; choose a whole number")]
    [InlineData("count:", "2:7: count is empty; choose a whole number")]
    [InlineData("count: 3000000000", "2:8: count is 3000000000; choose a whole number from -2147483648 to 2147483647")]
    [InlineData("count: [1]", "2:8: count is a list; choose a whole number")]
    [InlineData("rate: 1,5", "2:7: rate is 1,5; choose a number")]
    [InlineData("rate: '1'", "2:7: rate is \"1\"; choose a number")]
    [InlineData("is_loud: yes", "2:10: is_loud is yes; choose true or false")]
    [InlineData("shape: opne", "2:8: shape is opne; choose open, half_open")]
    [InlineData("shape: 0", "2:8: shape is 0; choose open, half_open")]
    [InlineData("sizes: 20", "2:8: sizes is 20; choose a list of whole numbers")]
    [InlineData("sizes: [1, x]", "2:12: sizes.1 is x; choose a whole number")]
    [InlineData("part: 1", "2:7: part is 1; choose a map")]
    [InlineData("part: {low: 11}", "2:13: part.low is 11; choose at most high (10)")]
    [InlineData("part: {high: -1}", "2:7: part.low is 0; choose at most high (-1)")]
    [InlineData("parts: [{}, {low: 11}]", "2:19: parts.1.low is 11; choose at most high (10)")]
    [InlineData("thing: {kind: fancey, weight: 1}", "2:15: thing.kind is fancey; did you mean fancy? choose plain, fancy")]
    [InlineData("thing: {kind: fancy}", "2:8: thing.weight is missing; choose a number")]
    [InlineData("thing: {weight: 1}", "2:8: thing.kind is missing; choose plain, fancy")]
    [InlineData("thing: {kind: [plain]}", "2:15: thing.kind is a list; choose plain, fancy")]
    [InlineData("thing: plain", "2:8: thing is plain; choose a map whose kind is plain, fancy")]
    [InlineData("thing: {kind: plain, weight: 1}", "2:22: unknown key `weight` in thing; the keys are kind")]
    [InlineData("data: frist", "2:7: data is frist; did you mean first? choose first, second")]
    [InlineData("entries: [{kind: fancy, wight: 1}]", "2:11: entries.0.weight is missing; choose a number")]
    [InlineData("entries: [{kind: plain, lable: x}]", "2:25: unknown key `lable` in entries.0; did you mean `label`?")]
    [InlineData("entries: [{kind: plain, thing: 1}]", "2:25: unknown key `thing` in entries.0; the keys are label, kind")]
    [InlineData("entries: [{kind: fancy, weight: []}]", "2:33: entries.0.weight is an empty list; name a value or more")]
    [InlineData("entries: [{kind: fancy, weight: [1, -2]}]", "2:37: entries.0.weight is -2; choose a number above 0")]
    [InlineData("? [a]\n: 1", "2:3: a key must be one word")]
    [InlineData("note: !!str x", "2:7: the tag tag:yaml.org,2002:str is not supported; leave it out")]
    [InlineData("note: *x", "2:7: is not valid YAML: the alias *x has no anchor &x before it")]
    [InlineData("part: {low: 1, <<: *x}", "2:20: is not valid YAML: the alias *x has no anchor &x before it")]
    [InlineData("part: &p {low: 1}\nparts: [{<<: *p, high: 3}]", "3:10: merge keys (<<) are not supported; write out the keys that are meant")]
    [InlineData("part: &p {low: *p}", "2:16: is not valid YAML: the alias *p stands within what its anchor &p names; write that out")]
    [InlineData("!!str note: x", "2:1: the tag tag:yaml.org,2002:str is not supported; leave it out")]
    [InlineData("part: !thing {low: 1}", "2:7: the tag !thing is not supported; leave it out")]
    [InlineData("--- 1", "2:1: a second document starts here; keep one per file")]
    public void WhatIsWrongIsSaidWithItsPlace(string line, string expected)
    {
        var e = Assert.Throws<ConfigException>(() => SampleConfig.Read($"name: x\n{line}"));

        Assert.Contains($"a.yaml:{expected}", e.Message.Split('\n'));
    }

    [Fact]
    public void AllProblemsAreReportedTogetherInTheOrderOfTheFile()
    {
        var e = Assert.Throws<ConfigException>(() => SampleConfig.Read("""
            count: 0
            rate: fast
            part: {low: x, hihg: 2}
            count: 1
            thing: {kind: fancy, weight: -1}
            """));

        Assert.Equal(
            """
            a.yaml:1:1: name is missing; choose text
            a.yaml:2:7: rate is fast; choose a number
            a.yaml:3:13: part.low is x; choose a whole number
            a.yaml:3:16: unknown key `hihg` in part; did you mean `high`?
            a.yaml:4:1: duplicate key `count`; first at a.yaml:1:1
            a.yaml:5:30: thing.weight is -1; choose a number above 0
            """,
            e.Message);
    }

    [Theory]
    [InlineData("", "a.yaml: is empty; start with `name: ...`")]
    [InlineData("# only this", "a.yaml: is empty; start with `name: ...`")]
    [InlineData("--- ~", "a.yaml: is empty; start with `name: ...`")]
    [InlineData("[1, 2]", "a.yaml:1:1: the config is a list; choose a map, starting with `name: ...`")]
    [InlineData("name", "a.yaml:1:1: the config is name; choose a map, starting with `name: ...`")]
    public void AFileThatIsNoMapIsRefused(string yaml, string expected) =>
        Assert.Equal(expected, Assert.Throws<ConfigException>(() => SampleConfig.Read(yaml)).Message);

    [Theory]
    [InlineData("a: [")]
    [InlineData("a: {b: c")]
    [InlineData("a: 'b")]
    [InlineData("a: b: c")]
    [InlineData("name: x\n\tcount: 1")]
    [InlineData("a: \"\\q\"")]
    public void BrokenYamlIsRefusedWithItsPlace(string yaml) =>
        Assert.Matches(
            @"^a\.yaml:\d+:\d+: is not valid YAML: ",
            Assert.Throws<ConfigException>(() => SampleConfig.Read(yaml)).Message);

    [Fact]
    public void DeepNestingIsRefused()
    {
        var e = Assert.Throws<ConfigException>(() => SampleConfig.Read("name: " + new string('[', 100_000)));

        Assert.Contains("nested deeper than 32 levels", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AliasesMayRepeatAValueButNotExplode()
    {
        var config = SampleConfig.Read("name: x\npart: &p {low: 3}\nparts: [*p, *p]");
        Assert.Equal([new() { Low = 3 }, new() { Low = 3 }], config.Parts);
        Assert.Equal("name", SampleConfig.Read("&n name: x\nnote: *n").Note);

        var bomb = string.Join('\n', Enumerable.Range(1, 9).Select(i =>
            $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]").Prepend("a0: &a0 x"));
        var e = Assert.Throws<ConfigException>(() => SampleConfig.Read(bomb));
        Assert.Contains("more than 100000 values, aliases written out", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OverridesReplaceAddAndReachIntoLists()
    {
        var config = SampleConfig.Read(
            "name: x\nparts: [{low: 1}, {low: 2}]\ncount: 5",
            "count=6",
            "parts.1.low=4",
            "part.high=20",
            "sizes=[40]",
            "thing={kind: fancy, weight: 1e-3}",
            "note=a=b");

        Assert.Equal((6, 20, "a=b"), (config.Count, config.Part.High, config.Note));
        Assert.Equal([1, 4], config.Parts.Select(part => part.Low));
        Assert.Equal([40], config.Sizes);
        Assert.Equal(1e-3, Assert.IsType<FancyThing>(config.Thing).Weight);
    }

    // As a written config has what is absent.
    [Fact]
    public void OverridesReachIntoWhatIsNull() =>
        Assert.Equal(3, SampleConfig.Read("name: x\npart: null", "part.low=3").Part.Low);

    [Theory]
    [InlineData("count=0", "count is 0; choose 1 or more")]
    [InlineData("cuont=1", "unknown key `cuont`; did you mean `count`?")]
    [InlineData("part.hgih=1", "unknown key `hgih` in part; did you mean `high`?")]
    [InlineData("count", "is not KEY=VALUE; write for instance --set meta.iterations=300")]
    [InlineData("=1", "is not KEY=VALUE; write for instance --set meta.iterations=300")]
    [InlineData("parts.2.low=1", "parts is a list of 1, counted from 0; it has no `2`")]
    [InlineData("name.x=1", "name is x; it has no `x`")]
    [InlineData("count=", "count is empty; choose a whole number")]
    [InlineData("sizes=[1, a]", "sizes.1 is a; choose a whole number")]
    public void AWrongOverrideIsNamedByItsArgument(string setting, string expected)
    {
        var e = Assert.Throws<ConfigException>(() => SampleConfig.Read("name: x\nparts: [{}]", setting));

        Assert.Equal($"--set {setting}: {expected}", e.Message);
    }

    [Fact]
    public void MissingAndUnreadableFilesAreNamed()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "a.yaml");
            Assert.Equal($"{path}: no such file", Problem(path));
            Assert.Equal($"{folder.FullName}: is a directory; name a config file", Problem(folder.FullName));
            File.WriteAllBytes(path, [0x61, 0xff, 0xfe]);
            Assert.Equal($"{path}: is not UTF-8 text", Problem(path));
            File.WriteAllBytes(path, new byte[(1 << 20) + 1]);
            Assert.Equal($"{path}: is larger than 1 MB; is it a config?", Problem(path));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        static string Problem(string path) =>
            Assert.Throws<ConfigException>(() => ConfigSource.FromFile(path, [])).Message;
    }
}
