using L2O.Checkpoints;
using L2O.Errors;
using L2O.Optimizers;
using L2O.Randomness;
using L2O.Tests.Support;
using L2O.Modules;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Modules;

public sealed class LearnedOptimizerTests
{
    private const string Coordinatewise = "pretrained:rnnprop-small";

    public static TheoryData<string> Names => [.. Pretrained.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheStepsAreThoseOfTheRuleOnTheFlatParameters(string name)
    {
        using var scope = NewDisposeScope();
        using ModuleTask task = new();
        using LearnedOptimizer optimizer = new(task.Model.parameters(), name);
        var (rule, _) = TrainedOptimizer.Load(name, new(CPU, float32));
        var theta = task.Theta();
        var state = rule.Init(task.Layout, theta, RandomStreams.FromSeed(0));

        for (var step = 0; step < 5; step++)
        {
            var (update, next) = rule.Step(new ConstantGradient(task.Backward()), theta, state);
            (theta, state) = (theta + update, next);
            optimizer.step();

            Assert.True(theta.allclose(task.Theta(), rtol: 1e-5, atol: 1e-7), $"step {step}");
        }
    }

    [Fact]
    public void AllButTheLossFallsInAUsersLoop()
    {
        using var scope = NewDisposeScope();
        using ModuleTask task = new();
        using LearnedOptimizer optimizer = new(task.Model.named_parameters(), Coordinatewise);
        var first = task.Loss().item<float>();

        for (var step = 0; step < 60; step++)
        {
            var loss = optimizer.step(() =>
            {
                optimizer.zero_grad();
                var loss = task.Loss();
                loss.backward();
                return loss;
            });
            Assert.False(loss!.IsInvalid);
        }

        Assert.InRange(task.Loss().item<float>(), 0, 0.5 * first);
    }

    [Fact]
    public void TheScaleMultipliesUpdatesAndSchedulersChangeIt()
    {
        using var scope = NewDisposeScope();
        using ModuleTask whole = new();
        using ModuleTask scaled = new();
        using LearnedOptimizer optimizer = new(whole.Model.parameters(), Coordinatewise);
        using LearnedOptimizer half = new(scaled.Model.parameters(), Coordinatewise) { UpdateScale = 0.5 };
        var scheduler = optim.lr_scheduler.StepLR(half, step_size: 1, gamma: 0.5);
        var start = whole.Theta();

        whole.Backward();
        scaled.Backward();
        optimizer.step();
        half.step();
        scheduler.step();

        Assert.True((0.5 * (whole.Theta() - start)).allclose(scaled.Theta() - start, rtol: 1e-4, atol: 1e-8));
        Assert.Equal(0.25, half.UpdateScale);
    }

    [Fact]
    public void ARuleThatHasALearningRateIsScaledByThat()
    {
        using var scope = NewDisposeScope();
        using ModuleTask whole = new();
        using ModuleTask scaled = new();
        using LearnedOptimizer optimizer = new(whole.Model.parameters(), "pretrained:celo2-small");
        using LearnedOptimizer twice = new(scaled.Model.parameters(), "pretrained:celo2-small");
        twice.LearningRate *= 2;
        var start = whole.Theta();

        whole.Backward();
        scaled.Backward();
        optimizer.step();
        twice.step();

        Assert.True((2 * (whole.Theta() - start)).allclose(scaled.Theta() - start, rtol: 1e-3, atol: 1e-6));
        Assert.Equal(
            "pretrained:celo2-small, a celo2, has a learning rate; set that in place of the scale of its updates",
            Assert.Throws<InvalidOperationException>(() => twice.UpdateScale = 2).Message);
        using LearnedOptimizer other = new(whole.Model.parameters(), Coordinatewise);
        Assert.Equal(
            $"{Coordinatewise}, a rnnprop, has no learning rate; set the scale of its updates",
            Assert.Throws<InvalidOperationException>(() => other.LearningRate = 2).Message);
    }

    [Fact]
    public void GroupsAreVectorsOfTheirOwn()
    {
        using var scope = NewDisposeScope();
        using ModuleTask together = new();
        using ModuleTask apart = new();
        var (left, right) = together.Halves();
        var (otherLeft, otherRight) = apart.Halves();
        using LearnedOptimizer optimizer = new(
            [
                new ParamGroup { Parameters = left },
                new ParamGroup { Parameters = right, Options = new() { LearningRate = 0.5 } },
            ],
            "pretrained:scale-small");
        using LearnedOptimizer first = new(otherLeft, "pretrained:scale-small");
        using LearnedOptimizer second = new(otherRight, "pretrained:scale-small") { UpdateScale = 0.5 };

        for (var step = 0; step < 3; step++)
        {
            together.Backward();
            apart.Backward();
            optimizer.step();
            first.step();
            second.step();
        }

        Assert.Equal(apart.Numbers(), together.Numbers());
    }

    [Fact]
    public void AParameterWithoutAGradientStaysAndBeginsWhenItHasOne()
    {
        using var scope = NewDisposeScope();
        using ModuleTask task = new();
        using ModuleTask alone = new();
        var (left, right) = task.Halves();
        var (otherLeft, otherRight) = alone.Halves();
        using LearnedOptimizer optimizer = new(task.Model.parameters(), Coordinatewise);
        using LearnedOptimizer first = new(otherLeft, Coordinatewise);
        using LearnedOptimizer second = new(otherRight, Coordinatewise);
        foreach (var parameter in right.Concat(otherRight))
        {
            parameter.requires_grad = false;
        }

        var frozen = right[0].clone();
        task.Backward();
        alone.Backward();
        optimizer.step();
        first.step();
        Assert.True(frozen.Equals(right[0]));

        foreach (var parameter in right.Concat(otherRight))
        {
            parameter.requires_grad = true;
        }

        for (var step = 0; step < 3; step++)
        {
            task.Backward();
            alone.Backward();
            optimizer.step();
            first.step();
            second.step();
        }

        Assert.Equal(alone.Numbers(), task.Numbers());
    }

    [Fact]
    public void AGradientThatIsGoneCountsAsZeroAndMovesNothing()
    {
        using var scope = NewDisposeScope();
        using ModuleTask task = new();
        using ModuleTask zeros = new();
        using LearnedOptimizer optimizer = new(task.Model.parameters(), Coordinatewise);
        using LearnedOptimizer other = new(zeros.Model.parameters(), Coordinatewise);
        var (left, right) = task.Halves();
        task.Backward();
        optimizer.step();
        zeros.Backward();
        other.step();
        var before = right[0].clone();

        task.Backward();
        right[0].grad = null;
        optimizer.step();
        zeros.Backward();
        zeros.Halves().Right[0].grad!.zero_();
        other.step();

        Assert.True(before.Equals(right[0]));
        Assert.Equal(zeros.Halves().Left[0].data<float>().ToArray(), left[0].data<float>().ToArray());
    }

    [Fact]
    public void TheModuleMayChangeItsTypeBetweenSteps()
    {
        using var scope = NewDisposeScope();
        using ModuleTask task = new();
        using ModuleTask single = new();
        using LearnedOptimizer optimizer = new(task.Model.parameters(), Coordinatewise);
        using LearnedOptimizer other = new(single.Model.parameters(), Coordinatewise);
        task.Train(optimizer, steps: 2);
        single.Train(other, steps: 2);

        task.To(float64);
        task.Train(optimizer, steps: 2);
        single.Train(other, steps: 2);

        Assert.Equal(float64, task.Theta().dtype);
        Assert.True(single.Theta().to(float64).allclose(task.Theta(), rtol: 1e-3, atol: 1e-5));
    }

    [Fact]
    public void NoTensorIsLeftBehind()
    {
        using var scope = NewDisposeScope();
        using ModuleTask task = new();
        using (LearnedOptimizer warm = new(task.Model.parameters(), Coordinatewise))
        {
            task.Train(warm, steps: 1);
        }

        using var inner = NewDisposeScope();
        var before = LiveTensors.Count();
        using (LearnedOptimizer optimizer = new(task.Model.parameters(), Coordinatewise))
        {
            using (NewDisposeScope())
            {
                task.Train(optimizer, steps: 1);
            }

            var after = LiveTensors.Count();
            using (NewDisposeScope())
            {
                optimizer.step();
                optimizer.step();
                optimizer.step();
            }

            Assert.Equal(after, LiveTensors.Count());
        }

        Assert.Equal(before, LiveTensors.Count());
    }

    [Fact]
    public void WhatCannotBeTrainedIsRefused()
    {
        using var scope = NewDisposeScope();
        using ModuleTask task = new();
        var parameter = task.Model.parameters().First();

        Assert.Throws<ArgumentException>(() => new LearnedOptimizer([parameter, parameter], Coordinatewise));
        Assert.Throws<ArgumentException>(
            () => new LearnedOptimizer([new Parameter(ones(3, dtype: int64), requires_grad: false)], Coordinatewise));
        Assert.Throws<CheckpointException>(() => new LearnedOptimizer([parameter], "pretrained:none"));
    }
}
