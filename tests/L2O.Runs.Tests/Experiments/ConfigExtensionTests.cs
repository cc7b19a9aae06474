using L2O.Configs;
using L2O.Experiments;
using L2O.MetaTraining;
using L2O.Optimizees.Analytic;
using L2O.Options;
using L2O.Registration;
using L2O.Runs;
using L2O.Tests.Experiments.Training;
using Xunit;

namespace L2O.Tests.Experiments;

public sealed class ConfigExtensionTests
{
    private static readonly TrainConfig _ten = With(BowlTraining.Config, new() { Iterations = 10, Steps = 4, Unroll = 2 });

    private static readonly CurriculumOptions _stages = new() { Stages = [2, 4] };

    public static TheoryData<string, MetaOptions, MetaOptions, bool, string?> Changes => new()
    {
        { "more", _ten.Meta, _ten.Meta with { Iterations = 14 }, true, null },
        { "as many", _ten.Meta, _ten.Meta, false, null },
        { "fewer", _ten.Meta, _ten.Meta with { Iterations = 9 }, false, null },
        { "more and another", _ten.Meta, _ten.Meta with { Iterations = 14, Tasks = 2 }, false, null },
        {
            "final rate",
            _ten.Meta with { FinalRate = 0.1 },
            _ten.Meta with { FinalRate = 0.1, Iterations = 14 },
            false,
            "with meta.final_rate at 0.1, every meta-update depends on meta.iterations"
        },
        {
            "curriculum, validated at its end alone",
            _ten.Meta with { Curriculum = _stages },
            _ten.Meta with { Curriculum = _stages, Iterations = 14 },
            false,
            "meta.curriculum counts the validation at the old end, which more meta.iterations would not have there, "
                + "for 10 is no multiple of validation.every (4)"
        },
        {
            "curriculum, validated by rule",
            _ten.Meta with { Curriculum = _stages, Iterations = 8 },
            _ten.Meta with { Curriculum = _stages, Iterations = 9 },
            true,
            null
        },
        {
            "rollback, validated at its end alone",
            _ten.Meta with { OnDivergence = DivergencePolicy.Rollback },
            _ten.Meta with { OnDivergence = DivergencePolicy.Rollback, Iterations = 14 },
            false,
            "meta.on_divergence counts the validation at the old end, which more meta.iterations would not have there, "
                + "for 10 is no multiple of validation.every (4)"
        },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void MoreMetaIterationsExtendARunOfWhichNothingDependsOnThem(
        string name, MetaOptions then, MetaOptions now, bool isExtension, string? reason)
    {
        var change = ConfigExtension.Of(Text(With(_ten, then)), With(_ten, now));

        Assert.Equal((name, new ConfigChange(isExtension, reason)), (name, change));
    }

    [Fact]
    public void WhatIsNoTrainConfigExtendsNothing()
    {
        Assert.Equal(ConfigChange.Other, ConfigExtension.Of("name: [", _ten));
        Assert.Equal(ConfigChange.Other, ConfigExtension.Of("name: learn\nmore: 0\n", _ten));
    }

    [Fact]
    public void ALaterStartOfTheRegularizerIsAnotherRun()
    {
        var now = With(_ten, _ten.Meta with { Iterations = 14 });

        Assert.Equal(ConfigChange.Other, ConfigExtension.Of(Text(_ten), now with { Regularizer = now.Regularizer with { Start = 12 } }));
        Assert.Equal(ConfigChange.Other, ConfigExtension.Of(Text(_ten), now with { Seed = 2 }));
    }

    private static TrainConfig With(TrainConfig config, MetaOptions meta) => config with
    {
        Meta = meta,
        Optimizees = [new OptimizeeEntry { Optimizee = new(new QuadraticOptions()) }],
        Validation = new() { Every = 4, Episodes = 1 },
    };

    private static string Text(IOptions config) => ConfigWriter.Write(config, Registry.Kinds);
}
