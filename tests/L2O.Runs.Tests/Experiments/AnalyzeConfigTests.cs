using L2O.Configs;
using L2O.Errors;
using L2O.Experiments;
using L2O.Flatness;
using L2O.Options;
using L2O.Registration;
using Xunit;

namespace L2O.Tests.Experiments;

public sealed class AnalyzeConfigTests
{
    private const string Plain = """
        name: look
        optimizers: [{kind: sgd}]
        optimizees: [{kind: rosenbrock}]

        """;

    // Correlations over all optimizees stand under this name in their table.
    [Fact]
    public void NoOptimizeeIsCalledAll()
    {
        var error = Assert.Throws<ConfigException>(() => ConfigReader.Read<AnalyzeConfig>(
            new("a.yaml", "name: x\noptimizers: [{kind: adam}]\noptimizees: [{name: all, kind: quadratic}]\n", []), Registry.Kinds));

        Assert.StartsWith("a.yaml:3:21: optimizees.0.name is all, which correlations call", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryRegisteredMetricIsMeasuredUnderItsKindAndWhatSetsItApart() => Assert.Equal(
        [
            "hessian_ev", "hessian_trace", "hessian_frobenius", "hessian_esd", "gradient_norm", "local_entropy gamma=100",
            "local_entropy gamma=1000", "local_entropy gamma=10000", "local_entropy_excess gamma=100",
            "local_entropy_excess gamma=1000", "local_entropy_excess gamma=10000", "sam_loss", "sam_sharpness rho=0.05",
            "sam_sharpness rho=0.5 adaptive", "first_order_flatness",
        ],
        NamesOf(Plain));

    // Every metric that can regularize, and nothing that is said of it elsewhere.
    [Fact]
    public void ByDefaultEachKindIsThere() => Assert.Equal(
        Registry.Kinds(Family.Regularizer).Keys.Except(["none"]),
        NamesOf(Plain).Select(name => name.Split(' ')[0]).Distinct());

    [Fact]
    public void AKindThatIsNamedHasTheDefaultsOfAnalyses()
    {
        var read = Read(Plain + "metrics: [{kind: hessian_trace}, {kind: hessian_ev, iterations: 30}, {kind: local_entropy}]");

        Assert.Equal(
            [
                new HessianTraceOptions { Probes = 100 },
                new SpectralNormOptions { Method = EigenvectorMethod.Lanczos, Iterations = 30 },
                new LocalEntropyOptions { Gamma = 100, Pairs = 100 },
            ],
            read.NamedMetrics.Select(metric => metric.Options));
    }

    [Fact]
    public void OptionsThatVaryMakeSeveralOfAKind() => Assert.Equal(
        ["local_entropy gamma=1", "local_entropy gamma=10", "gradient_norm"],
        NamesOf(Plain + "metrics: [{kind: local_entropy, gamma: [1, 10]}, {kind: gradient_norm}]"));

    [Fact]
    public void TheEffectiveConfigReadsBackAsTheSameMetrics()
    {
        var config = Read(Plain + "metrics: [{kind: local_entropy, gamma: [1, 10]}, {kind: hessian_esd, scalar: esd_max}]");

        var again = Read(ConfigWriter.Write(config, Registry.Kinds));
        var defaults = Read(ConfigWriter.Write(Read(Plain), Registry.Kinds));

        Assert.Equal(config.NamedMetrics, again.NamedMetrics);
        Assert.Equal(Read(Plain).NamedMetrics, defaults.NamedMetrics);
    }

    [Theory]
    [InlineData(
        "[{kind: none}]",
        "look.yaml:4:18: metrics.0.kind is none; choose hessian_ev, hessian_trace, hessian_frobenius, hessian_esd, gradient_norm, "
        + "local_entropy, local_entropy_excess, sam_loss, sam_sharpness, first_order_flatness")]
    [InlineData(
        "[{kind: sam_loss}, {kind: sam_loss}]",
        "look.yaml:4:29: metrics.1 is sam_loss with the same options again; leave one out")]
    [InlineData("[{kind: hessian_ev, iterations: 1}]", "look.yaml:4:42: metrics.0.iterations is 1; choose 2 or more")]
    public void WhatCannotBeMeasuredIsSaidWithItsPlace(string metrics, string message)
    {
        var error = Assert.Throws<ConfigException>(() => Read($"{Plain}metrics: {metrics}"));

        Assert.Equal(message, error.Message);
    }

    private static IEnumerable<string> NamesOf(string text) => Read(text).NamedMetrics.Select(metric => metric.Name);

    private static AnalyzeConfig Read(string text) =>
        ConfigReader.Read<AnalyzeConfig>(new("look.yaml", text, []), Registry.Kinds);
}
