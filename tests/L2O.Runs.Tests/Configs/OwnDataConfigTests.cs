using L2O.Configs;
using L2O.Data;
using L2O.Data.Own;
using L2O.Errors;
using L2O.Experiments;
using L2O.Optimizees.Networks;
using L2O.Registration;
using Xunit;

namespace L2O.Tests.Configs;

/// <summary>Data is a name, or a map that says where files of one's own are.</summary>
public sealed class OwnDataConfigTests
{
    private const string Names = "mnist, fashion_mnist, cifar10, synthetic_digits, synthetic_images, or a map whose kind is idx, cifar, npy, images";

    private static readonly SchemaCheck Schema = new(Registry.Kinds, typeof(TrainConfig));

    [Fact]
    public void ANameStaysAName()
    {
        var config = Read("mnist");

        Assert.Equal([(DataSource)"mnist"], SourcesOf(config));
        Assert.Contains("data: mnist\n", ConfigWriter.Write(config, Registry.Kinds), StringComparison.Ordinal);
        Assert.Equal(["mlp mnist"], NamesOf(config));
    }

    [Fact]
    public void AMapSaysWhereFilesAre()
    {
        var config = Read("{kind: npy, path: own/shapes/, test_share: 0.2, layout: channels_last}");

        NpyData expected = new() { Path = Path.GetFullPath("own/shapes/"), TestShare = 0.2, Layout = ImageLayout.ChannelsLast };
        Assert.Equal([expected], SourcesOf(config));
        Assert.Equal(["mlp shapes"], NamesOf(config));
        Assert.Equal("", Schema.Problems(Yaml("{kind: npy, path: own/shapes/, test_share: 0.2}")));
    }

    [Fact]
    public void WhatIsWrittenReadsBackEqual()
    {
        var config = Read("{choice: [cifar10, {kind: images, path: photos, size: 32}]}");

        var written = ConfigWriter.Write(config, Registry.Kinds);
        var again = ConfigReader.Read<TrainConfig>(new("b.yaml", written, []), Registry.Kinds);

        Assert.Contains(Path.GetFullPath("photos"), written, StringComparison.Ordinal);
        Assert.Equal(["cifar10", new ImageData { Path = Path.GetFullPath("photos"), Size = 32 }], SourcesOf(again));
        Assert.Equal(["mlp cifar10", "mlp photos"], NamesOf(again));
        Assert.Equal(written, ConfigWriter.Write(again, Registry.Kinds));
    }

    [Theory]
    [InlineData("mnits", "3:32: optimizees.0.data is mnits; did you mean mnist? choose " + Names)]
    [InlineData("npy", "3:32: optimizees.0.data is npy; choose " + Names)]
    [InlineData("[mnist]", "3:32: optimizees.0.data is a list; choose " + Names)]
    [InlineData("null", "3:32: optimizees.0.data is null; choose " + Names)]
    [InlineData("{path: x}", "3:32: optimizees.0.data.kind is missing; choose idx, cifar, npy, images")]
    [InlineData("{kind: mnist}", "3:39: optimizees.0.data.kind is mnist; choose idx, cifar, npy, images")]
    [InlineData("{kind: npz, path: x}", "3:39: optimizees.0.data.kind is npz; did you mean npy? choose idx, cifar, npy, images")]
    [InlineData("{kind: idx}", "3:32: optimizees.0.data.path is missing; choose text")]
    [InlineData("{kind: idx, path: x, size: 3}", "3:53: unknown key `size` in optimizees.0.data; ")]
    public void AnotherFormIsRefusedByTheReaderAndTheSchema(string data, string expected)
    {
        Assert.StartsWith($"a.yaml:{expected}", Assert.Throws<ConfigException>(() => Read(data)).Message, StringComparison.Ordinal);
        Assert.NotEqual("", Schema.Problems(Yaml(data)));
    }

    [Theory]
    [InlineData("path: x, validation_share: 0", "validation_share is 0; choose a number above 0, at most 1")]
    [InlineData("path: x, validation_share: 0.5, test_share: 0.6", "test_share and validation_share hold out 1.1 of all images; choose less than 1 together")]
    [InlineData("path: x, size: 0", "size is 0; choose 1 or more")]
    [InlineData("path: ''", "path \"\" is empty")]
    public void AnotherValueIsRefused(string keys, string expected) => Assert.Contains(
        $"optimizees.0.data.{expected}", Assert.Throws<ConfigException>(() => Read($"{{kind: images, {keys}}}")).Message, StringComparison.Ordinal);

    private static string Yaml(string data) => $"name: x\noptimizer: {{kind: dm}}\noptimizees: [{{kind: mlp, data: {data}}}]\n";

    private static TrainConfig Read(string data) => ConfigReader.Read<TrainConfig>(new("a.yaml", Yaml(data), []), Registry.Kinds);

    private static IEnumerable<DataSource> SourcesOf(TrainConfig config) =>
        config.Optimizees[0].Optimizee.All.Select(variant => Assert.IsType<MlpOptions>(variant.Options).Data);

    private static IEnumerable<string> NamesOf(TrainConfig config) =>
        config.Optimizees.SelectMany(entry => entry.Optimizee.All.Select(variant => OptimizeeName.Of(entry, variant)));
}
