using System.Reflection;
using L2O.Configs;
using L2O.Experiments;
using L2O.Flatness;
using L2O.Optimizees.Analytic;
using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
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
            var optimizee = Registry.MakeOptimizee(options, _ => throw new NotSupportedException(), cpu);
            Assert.True(optimizee.Layout.Count > 0);
        });

    [Fact]
    public void EveryMetricIsMadeFromItsDefaultsInTrainingsAndInAnalyses() =>
        Assert.All(Registry.Kinds(Family.Metric), row =>
        {
            var options = Assert.IsType<IMetricOptions>(ConfigKey.Defaults(row.Value), exactMatch: false);
            Assert.All(options.ForAnalysis.Prepend(options), each =>
            {
                Assert.Equal(row.Value, each.GetType());
                Assert.Empty(each.Problems());
                Assert.NotNull(Registry.MakeMetric(each));
            });
        });

    [Fact]
    public void AKindIsAddedOnceAndTakenOutAgain()
    {
        using (Registry.AddMetric<ToyOptions>("toy", _ => new GradientNorm()))
        {
            Assert.Equal("toy", Registry.Kinds(Family.Regularizer).Last().Key);
            Assert.Equal("toy", Registry.KindOf(new ToyOptions()));
            Assert.IsType<GradientNorm>(Registry.MakeMetric(new ToyOptions()));
            Assert.Throws<ArgumentException>(() => Registry.AddMetric<OtherToyOptions>("toy", _ => new GradientNorm()));
            Assert.Throws<ArgumentException>(() => Registry.AddMetric<ToyOptions>("other", _ => new GradientNorm()));
        }

        Assert.DoesNotContain("toy", Registry.Kinds(Family.Metric).Keys);
        Assert.Throws<ArgumentException>(() => Registry.AddMetric<OtherToyOptions>("none", _ => new GradientNorm()));
        Assert.Throws<ArgumentException>(
            () => Registry.AddHandcraftedOptimizer<ToyRuleOptions>("dm", _ => new Sgd(new())));
        Assert.Throws<ArgumentException>(
            () => Registry.AddHandcraftedOptimizer<ToyRuleOptions>("checkpoint", _ => new Sgd(new())));
    }

    // An inline property's keys stand in one map with those of the record that has it.
    [Fact]
    public void NoKindHasAKeyOfTheRecordThatItStandsIn()
    {
        var holders = Records().SelectMany(record => ConfigKey.Of(record))
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
        var records = Records();

        var parts = records.SelectMany(record => record.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Select(property => property.PropertyType)
            .SelectMany(type => type.GetGenericArguments().Append(type.GetElementType()).Append(type));

        Assert.Equal(
            [typeof(AnalyzeConfig), typeof(EvaluateConfig), typeof(SweepConfig), typeof(TrainConfig)],
            records.Except(registered).Where(record => !parts.Contains(record)).OrderBy(record => record.Name));
    }

    private static Type[] Records() =>
    [
        .. new[] { typeof(IOptions).Assembly, typeof(TrainConfig).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsAssignableTo(typeof(IOptions)) && !type.IsAbstract),
    ];

    private sealed record ToyOptions : IMetricOptions
    {
        public IEnumerable<OptionProblem> Problems() => [];
    }

    private sealed record OtherToyOptions : IMetricOptions
    {
        public IEnumerable<OptionProblem> Problems() => [];
    }

    private sealed record ToyRuleOptions : IOptimizerOptions
    {
        public IEnumerable<OptionProblem> Problems() => [];
    }

    private static string[] KeysOf(Type? record) =>
        record is null ? [] : [.. ConfigKey.Of(record).Where(key => !key.IsInline).Select(key => key.Name)];
}
