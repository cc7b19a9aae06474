using L2O.Configs;
using L2O.Errors;
using L2O.Experiments;
using L2O.Options;
using L2O.Registration;
using Xunit;

namespace L2O.Tests.Experiments;

/// <summary>What is wrong with an item of a list is said where the item stands.</summary>
public sealed class ListItemProblemsTests
{
    [Theory]
    [InlineData("optimizer: {kind: mlp_optimizer, momentum_decays: [0.9, 1.5]}", "57: optimizer.momentum_decays.1 is 1.5; choose ")]
    [InlineData("optimizer: {kind: mlp_optimizer, hidden: [0, 4]}", "43: optimizer.hidden.0 is 0; choose 1 or more")]
    [InlineData("optimizer: {kind: dm, hidden: [20, -1]}", "36: optimizer.hidden.1 is -1; choose 1 or more")]
    [InlineData("optimizer: {kind: rnnprop, hidden: [0]}", "37: optimizer.hidden.0 is 0; choose 1 or more")]
    [InlineData("optimizer: {kind: scale, levels: [10, 0]}", "39: optimizer.levels.1 is 0; choose 1 or more")]
    [InlineData("meta: {imitation: {ratios: [0.5, 2]}}", "34: meta.imitation.ratios.1 is 2; choose a number from 0 to 1")]
    [InlineData("optimizees: [{kind: mlp, data: mnist, hidden: [20, 0]}]", "52: optimizees.0.hidden.1 is 0; choose 1 or more")]
    [InlineData(
        "optimizees: [{kind: conv_net, data: mnist, channels: [8, 0]}]", "58: optimizees.0.channels.1 is 0; choose 1 or more")]
    [InlineData(
        "optimizees: [{kind: conv_net, data: mnist, padding: same, kernels: [3, 4]}]",
        "72: optimizees.0.kernels.1 is 4; choose an odd size where padding is same")]
    [InlineData(
        "optimizees: [{kind: residual_net, data: mnist, channels: [8, 0]}]", "62: optimizees.0.channels.1 is 0; choose 1 or more")]
    [InlineData(
        "optimizees: [{kind: mlp, data: mnist, random_scaling_ranges: [[0.1, 10], [5, 1]]}]",
        "74: optimizees.0.random_scaling_ranges.1 is [5, 1]; choose two numbers above 0, the smaller one first")]
    [InlineData("meta: {random_scaling_ranges: [[1]]}", "32: meta.random_scaling_ranges.0 is [1]; choose two numbers above 0")]
    [InlineData(
        "meta: {random_scaling: 1, random_scaling_levels: [whole, tensors]}",
        "58: meta.random_scaling_levels.1 is tensors; choose none, whole, tensor, parameter")]
    [InlineData("optimizer: {kind: celo2, momentum_decays: [0.9]}", "12: optimizer.factored_decays are 3; choose as many as momentum_decays (1)")]
    [InlineData(
        "meta: {optimizer: {schedule: {kind: cosine}, kind: adam}}",
        "30: meta.optimizer.schedule.steps is missing, and how many meta-updates there will be is not known; name a number, or choose final_rate")]
    [InlineData("meta: {random_scaling_levels: [whole]}", "31: meta.random_scaling_levels would never count; give random_scaling_ranges too")]
    public void OfATrainConfig(string line, string expected)
    {
        string[] rest = ["name: x", "optimizer: {kind: dm}", "optimizees: [{kind: quadratic}]"];
        string[] lines = [line, .. rest.Where(other => other.Split(':')[0] != line.Split(':')[0])];

        AssertPlace<TrainConfig>(lines, $"a.yaml:1:{expected}");
    }

    private static void AssertPlace<T>(string[] lines, string expected)
        where T : IOptions
    {
        var error = Assert.Throws<ConfigException>(
            () => ConfigReader.Read<T>(new("a.yaml", string.Join('\n', lines), []), Registry.Kinds));

        Assert.StartsWith(expected, Assert.Single(error.Message.Split('\n')), StringComparison.Ordinal);
    }
}
