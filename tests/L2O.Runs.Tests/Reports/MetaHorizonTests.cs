using L2O.Reports.Sources;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Reports;

public sealed class MetaHorizonTests
{
    [Theory]
    [InlineData("meta: {steps: 100, random_unroll: null, curriculum: null}", 100)]
    [InlineData("meta: {steps: 100, random_unroll: null, curriculum: {stages: [20, 200, 50]}}", 200)]
    [InlineData("meta: {steps: 100, random_unroll: {most_unrolls: 30, most_length: 20}, curriculum: null}", 600)]
    [InlineData("name: other", null)]
    public void ItIsTheLongestRunThatAMetaIterationCanBe(string config, int? steps)
    {
        using TemporaryFolder folder = new();
        folder.Write("config.yaml", System.Text.Encoding.UTF8.GetBytes(config));

        Assert.Equal(steps, MetaHorizon.Of(RunConfig.In(folder.Root)));
    }
}
