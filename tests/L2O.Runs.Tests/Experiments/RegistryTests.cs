using System.Reflection;
using L2O.Configs;
using L2O.Experiments;
using L2O.Optimizees.Analytic;
using L2O.Options;
using L2O.Registration;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Experiments;

public sealed class RegistryTests
{
    [Fact]
    public void EveryKindHasAnOptionsRecordOfItsOwn()
    {
        foreach (var family in Enum.GetValues<Family>().Where(family => family != Family.Dataset))
        {
            var records = Registry.Kinds(family).Values;
            Assert.Equal(records.Distinct(), records);
            Assert.All(records, record => Assert.True(record.IsAssignableTo(typeof(IOptions)), record.Name));
        }
    }

    [Fact]
    public void EveryHandcraftedOptimizerIsMadeFromItsDefaults() =>
        Assert.All(Registry.Kinds(Family.HandcraftedOptimizer), row =>
        {
            var options = Assert.IsType<IOptions>(ConfigKey.Defaults(row.Value), exactMatch: false);
            Assert.Empty(options.Problems());
            Assert.NotNull(Registry.MakeHandcrafted(options));
            Assert.Equal(row.Key, Registry.KindOf(options));
        });

    [Fact]
    public void EveryFormulaIsMadeFromItsDefaults() =>
        Assert.All(Registry.Kinds(Family.Optimizee).Where(row => row.Value.IsAssignableTo(typeof(AnalyticOptions))), row =>
        {
            var options = Assert.IsType<IOptions>(ConfigKey.Defaults(row.Value), exactMatch: false);
            Assert.Empty(options.Problems());
            TensorOptions cpu = new(CPU, float32);
            var optimizee = Registry.MakeOptimizee(options, name => throw new ArgumentException(name), cpu);
            Assert.True(optimizee.Layout.Count > 0);
        });

    // An inline property's keys stand in one map with those of the record that has it.
    [Fact]
    public void NoKindHasAKeyOfTheRecordThatItStandsIn()
    {
        var records = new[] { typeof(IOptions), typeof(TrainConfig) }.SelectMany(type => type.Assembly.GetTypes())
            .Where(type => type.IsAssignableTo(typeof(IOptions)) && !type.IsAbstract && !type.ContainsGenericParameters);
        var holders = records.SelectMany(record => ConfigKey.Of(record))
            .Where(key => key.IsInline)
            .Select(key => (Own: KeysOf(key.Property.DeclaringType), (key.Type.Variant ?? key.Type).Family))
            .ToArray();

        Assert.NotEmpty(holders);
        foreach (var (own, family) in holders)
        {
            Assert.NotNull(family);
            Assert.All(Registry.Kinds(family.Value), row => Assert.Empty(own.Append("kind").Intersect(KeysOf(row.Value))));
        }
    }

    [Fact]
    public void EveryOptionsRecordInTheLibraryIsOfAKindOrPartOfAConfig()
    {
        var registered = Enum.GetValues<Family>().SelectMany(family => Registry.Kinds(family).Values);
        var records = new[] { typeof(IOptions), typeof(TrainConfig) }.SelectMany(type => type.Assembly.GetTypes())
            .Where(type => type.IsAssignableTo(typeof(IOptions)) && !type.IsAbstract);

        var parts = records.SelectMany(record => record.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Select(property => property.PropertyType)
            .SelectMany(type => type.GetGenericArguments().Append(type.GetElementType()).Append(type));

        Assert.Equal(
            [typeof(AnalyzeConfig), typeof(EvaluateConfig), typeof(TrainConfig)],
            records.Except(registered).Where(record => !parts.Contains(record)).OrderBy(record => record.Name));
    }

    private static string[] KeysOf(Type? record) =>
        record is null ? [] : [.. ConfigKey.Of(record).Where(key => !key.IsInline).Select(key => key.Name)];
}
