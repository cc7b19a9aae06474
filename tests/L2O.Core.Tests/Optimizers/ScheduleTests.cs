using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Options;
using L2O.Registration;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers;

public sealed class ScheduleTests
{
    private static readonly ParameterLayout Layout = new([new("weight", 2, 2), new("bias", 3)]);

    public static TheoryData<string> Kinds => [.. Registry.Kinds(Family.HandcraftedOptimizer).Keys];

    [Theory]
    [InlineData(ScheduleKind.Constant, 0, 0, new[] { 1.0, 1, 1, 1, 1, 1 })]
    [InlineData(ScheduleKind.Constant, 2, 0, new[] { 0.5, 1, 1, 1, 1, 1 })]
    [InlineData(ScheduleKind.Linear, 0, 0, new[] { 1, 0.75, 0.5, 0.25, 0, 0 })]
    [InlineData(ScheduleKind.Linear, 2, 0, new[] { 0.5, 1, 1, 0.5, 0, 0 })]
    [InlineData(ScheduleKind.Linear, 0, 0.2, new[] { 1, 0.8, 0.6, 0.4, 0.2, 0.2 })]
    [InlineData(ScheduleKind.Cosine, 0, 0, new[] { 1, 0.85355339, 0.5, 0.14644661, 0, 0 })]
    [InlineData(ScheduleKind.Cosine, 2, 0.5, new[] { 0.5, 1, 1, 0.75, 0.5, 0.5 })]
    [InlineData(ScheduleKind.Linear, 6, 0, new[] { 1 / 6.0, 2 / 6.0, 0.5, 4 / 6.0, 5 / 6.0, 1 })]
    public void FactorsOfSixStepsOfARunOfFour(ScheduleKind kind, int warmup, double final, double[] expected)
    {
        ScheduleOptions schedule = new() { Kind = kind, Warmup = warmup, Final = final, Steps = 4 };

        Assert.All(expected.Index(), step => Assert.Equal(step.Item, schedule.FactorAt(step.Index), 1e-8));
    }

    [Fact]
    public void WhatFallsNeedsTheLengthOfTheRun()
    {
        ScheduleOptions schedule = new() { Kind = ScheduleKind.Cosine };

        Assert.Equal(
            "schedule.steps is missing, which a learning rate that falls needs; name the steps of the run",
            Assert.Throws<InvalidOperationException>(() => schedule.FactorAt(0)).Message);
        Assert.Equal(0.5, LearningRateOptions.For(new AdamOptions { Schedule = schedule }, 20).Schedule.FactorAt(10), 1e-12);
        Assert.Equal(7, LearningRateOptions.For(new AdamOptions { Schedule = schedule with { Steps = 7 } }, 20).Schedule.Steps);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryHandcraftedRuleFollowsIt(string kind)
    {
        using var scope = NewDisposeScope();
        var options = Assert.IsType<LearningRateOptions>(
            Activator.CreateInstance(Registry.Kinds(Family.HandcraftedOptimizer)[kind]), exactMatch: false);
        var constant = Updates(Registry.MakeHandcrafted(options));
        var linear = Updates(Registry.MakeHandcrafted(
            options with { Schedule = new() { Kind = ScheduleKind.Linear, Steps = 4 } }));

        Assert.All(constant.Zip(linear).Index(), pair => Assert.True(
            (pair.Item.First * (1 - (0.25 * pair.Index))).allclose(pair.Item.Second, 1e-12, 1e-15), $"step {pair.Index}"));
    }

    private static List<Tensor> Updates(IOptimizer rule)
    {
        var theta = arange(Layout.Count, dtype: float64).cos();
        var state = rule.Init(Layout, theta, default);
        List<Tensor> updates = [];
        for (var step = 0; step < 4; step++)
        {
            var gradient = (arange(Layout.Count, dtype: float64) * (1.3 + step)).cos();
            (var update, state) = rule.Step(new ConstantGradient(gradient), theta, state);
            updates.Add(update);
        }

        return updates;
    }
}
