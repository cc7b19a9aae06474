using L2O.Errors;
using Xunit;

namespace L2O.Tests.Configs;

public sealed class VariantsTests
{
    [Fact]
    public void AListWhereANumberBelongsIsAGrid()
    {
        var things = Entry("{kind: fancy, label: z, weight: [1e-4, 3e-4], part: {high: [5, 6]}}").Thing;

        Assert.Equal(["weight", "part.high"], things.Axes.Select(axis => axis.Key));
        Assert.Equal(["0.0001", "0.0003"], things.Axes[0].Values);
        Assert.Equal(
            ["weight=0.0001, part.high=5", "weight=0.0001, part.high=6", "weight=0.0003, part.high=5", "weight=0.0003, part.high=6"],
            things.All.Select(variant => variant.Label));
        Assert.Equal([1, 0], things.All[2].At);
        Assert.Equal([1e-4, 1e-4, 3e-4, 3e-4], things.All.Select(variant => ((FancyThing)variant.Options).Weight));
    }

    [Fact]
    public void AChoiceMayStandInPlaceOfAnyValue()
    {
        Assert.Equal(
            ["hidden=[20]", "hidden=[20, 20]"],
            Labels("{kind: fancy, weight: 1, hidden: {choice: [[20], [20, 20]]}}"));
        Assert.Equal(["hidden.1=1", "hidden.1=2"], Labels("{kind: fancy, weight: 1, hidden: [5, {choice: [1, 2]}]}"));
        Assert.Equal(["part={low: 1}", "part={}"], Labels("{kind: fancy, weight: 1, part: {choice: [{low: 1}, {}]}}"));
        Assert.Equal(
            [typeof(PlainThing), typeof(FancyThing)],
            Entry("{choice: [{kind: plain}, {kind: fancy, weight: 1}]}").Thing.All.Select(variant => variant.Options.GetType()));
    }

    [Fact]
    public void WhatStandsForAWholeEntryIsLabelledByItsKeys() => Assert.Equal(
        ["kind=plain", "kind=fancy, weight=1"], Labels("{choice: [{kind: plain}, {kind: fancy, weight: 1}]}"));

    [Fact]
    public void ALongLabelHasTheShortValuesAndATag()
    {
        var long1 = string.Join(", ", Enumerable.Range(100, 20));

        string[] labels = [.. Labels($"{{kind: fancy, hidden: {{choice: [[{long1}], [{long1}, 1]]}}, weight: [1, 2]}}")];

        Assert.Equal(4, labels.Distinct().Count());
        Assert.All(labels, label => Assert.Matches(@"^weight=[12], hidden=\[100, 101, 102, 103, 10… [0-9a-f]{6}$", label));
    }

    [Fact]
    public void TheEdgesOfAGridAreItsSmallestAndLargestNumbers()
    {
        bool[] Edges(string entry)
        {
            var things = Entry(entry).Thing;
            return [.. things.All.Select(variant => things.Axes[0].IsEdge(variant.At[0]))];
        }

        Assert.Equal([false, true, true], Edges("{kind: fancy, weight: [1e-2, 1e-1, 1e-3]}"));
        Assert.Equal([false], Edges("{kind: fancy, weight: [1e-2]}"));
        Assert.Equal([false, false], Edges("{kind: fancy, weight: {choice: [1, 2]}}"));
    }

    [Fact]
    public void AnEntryWithoutListsStandsForItself()
    {
        var thing = Entry("{kind: fancy, weight: 2, hidden: [1, 2]}").Thing;

        Assert.Empty(thing.Axes);
        Assert.Equal("", Assert.Single(thing.All).Label);
    }

    [Fact]
    public void AProductThatIsTooLargeIsRefused()
    {
        var twenty = $"[{string.Join(", ", Enumerable.Range(1, 20))}]";

        var e = Assert.Throws<ConfigException>(() =>
            Entry($"{{kind: fancy, weight: {twenty}, part: {{low: {twenty}, high: {twenty}}}}}"));

        Assert.Equal("a.yaml:2:11: entries.0 stands for more than 1000 variants; name fewer values", e.Message);
    }

    [Fact]
    public void AMistakeThatVariantsShareIsToldOnce()
    {
        var e = Assert.Throws<ConfigException>(() => Entry("{kind: fancy, weight: [1, 2], hiden: [1]}"));

        Assert.Equal("a.yaml:2:41: unknown key `hiden` in entries.0; did you mean `hidden`?", e.Message);
    }

    [Fact]
    public void AGridMayComeFromAnOverride()
    {
        var config = SampleConfig.Read("name: x\nentries: [{kind: fancy, weight: 1}]", "entries.0.weight=[1, 2]");

        Assert.Equal(2, config.Entries[0].Thing.All.Count);
    }

    private static SampleEntry Entry(string yaml) => SampleConfig.Read($"name: x\nentries: [{yaml}]").Entries[0];

    private static IEnumerable<string> Labels(string yaml) => Entry(yaml).Thing.All.Select(variant => variant.Label);
}
