using L2O.Configs;
using L2O.Experiments;
using L2O.Optimizees;
using L2O.Registration;
using Xunit;

namespace L2O.Tests.Experiments;

public sealed class RandomScalingKeysTests
{
    private const string Text = """
        name: x
        optimizer: {kind: dm}
        optimizees:
          - {kind: bowl, random_scaling_levels: [whole, tensor], random_scaling_ranges: [[0.1, 10]]}
          - {kind: norm, random_scaling_ranges: {choice: [[[0.5, 2]], [[0.1, 10], [1e-3, 1000]]]}}
        meta: {random_scaling: 3, random_scaling_levels: [none, parameter]}
        """;

    [Fact]
    public void LevelsAndRangesAreListsAndPartOfAnOptimizeesName()
    {
        var config = Read(Text);

        Assert.Equal([ScalingLevel.None, ScalingLevel.Parameter], config.Meta.RandomScalingLevels);
        Assert.Equal(
            ["bowl whole-tensor 0.1-10", "norm 0.5-2", "norm 0.1-10+0.001-1000"],
            config.Optimizees.SelectMany(entry => entry.Optimizee.All.Select(variant => OptimizeeName.Of(entry, variant))));
        var options = config.Optimizees.SelectMany(entry => entry.Optimizee.All).Select(variant => (OptimizeeOptions)variant.Options).ToArray();
        Assert.Equal([ScalingLevel.Whole, ScalingLevel.Tensor], options[0].RandomScalingLevels);
        Assert.Equal([[0.1, 10], [1e-3, 1000]], options[2].RandomScalingRanges);
    }

    [Fact]
    public void WhatIsWrittenReadsBack()
    {
        var written = ConfigWriter.Write(Read(Text), Registry.Kinds);

        Assert.Equal(written, ConfigWriter.Write(Read(written), Registry.Kinds));
        Assert.Contains("random_scaling_levels: [whole, tensor]", written, StringComparison.Ordinal);
        Assert.Contains("random_scaling_ranges: [[0.1, 10]]", written, StringComparison.Ordinal);
    }

    private static TrainConfig Read(string text) => ConfigReader.Read<TrainConfig>(new("a.yaml", text, []), Registry.Kinds);
}
