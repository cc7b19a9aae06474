using L2O.MetaTraining;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.MetaTraining;

public sealed class MetaTrainerTests
{
    private static readonly TensorOptions Float64 = new(CPU, ScalarType.Float64);

    [Fact]
    public void MetaTrainingLowersTheMetaLoss()
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(x => x.square().sum(), new() { Iterations = 60, Steps = 10, Unroll = 5 });

        var reports = Run(trainer, 120);

        Assert.True(reports[^1].FinalLoss < 0.5 * reports[1].FinalLoss, $"{reports[1].FinalLoss} to {reports[^1].FinalLoss}");
        Assert.Equal(Enumerable.Range(0, 120).Select(i => ((long)i / 2, i % 2)), reports.Select(r => (r.Iteration, r.Unroll)));
    }

    [Fact]
    public void ARunThatContinuesFromItsStateIsTheSameRun()
    {
        using var scope = NewDisposeScope();
        var options = new MetaOptions { Steps = 6, Unroll = 2, Loss = MetaLossForm.Log };
        var whole = Trainer(x => x.square().sum() + 1, options);
        var state = whole.Start();
        for (var i = 0; i < 4; i++)
        {
            state = whole.Advance(state).State;
        }

        var resumed = Trainer(x => x.square().sum() + 1, options).Advance(state);
        var continued = whole.Advance(state);

        Assert.Equal(continued.Reports, resumed.Reports);
        foreach (var (expected, actual) in continued.State.Tensors.Zip(resumed.State.Tensors))
        {
            Assert.Equal(expected.data<double>().ToArray(), actual.data<double>().ToArray());
        }
    }

    [Fact]
    public void ANonFiniteMetaGradientIsSkippedAndCounted()
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(x => x.sum() * double.NaN, new() { Steps = 10, Unroll = 5 });
        var start = trainer.Start();

        var (first, reports) = trainer.Advance(start);
        var (second, _) = trainer.Advance(first);

        Assert.True(Assert.Single(reports).Skipped);
        Assert.Equal(2, second.Skipped);
        Assert.Equal(2, second.SkippedInARow);
        Assert.Equal(2, second.Iteration);
        Assert.Equal(start.Phi.data<double>().ToArray(), second.Phi.data<double>().ToArray());
    }

    [Fact]
    public void ARollbackRestoresTheLastValidationAndLowersTheLearningRate()
    {
        using var scope = NewDisposeScope();
        var options = new MetaOptions { Steps = 5, Unroll = 5, OnDivergence = DivergencePolicy.Rollback, RollbackFactor = 0.25 };
        var healthy = Trainer(x => x.square().sum(), options);
        var sick = Trainer(x => x.sum() * double.NaN, options);
        StageControl stages = new(options);
        var begun = stages.BeginStage(healthy.Advance(healthy.Start()).State, score: 1);
        var marked = stages.Decide(healthy.Advance(begun).State, score: 0.5).State;
        var ahead = healthy.Advance(marked).State;

        var (back, reports) = sick.Advance(ahead);
        var (twice, _) = sick.Advance(back);

        Assert.Equal((1, 0.25, 1), (back.RollbackCount, back.LearningRateFactor, reports[0].Rollbacks));
        Assert.Equal((2, 0.0625, 5), (twice.RollbackCount, twice.LearningRateFactor, twice.Iteration));
        Assert.Equal(Values(marked.Phi), Values(back.Phi));
        Assert.Equal(marked.MetaOptimizer.Tensors.Select(Values), back.MetaOptimizer.Tensors.Select(Values));
        Assert.NotEqual(Values(marked.Phi), Values(ahead.Phi));
        var slow = healthy.Advance(back).State.Phi - back.Phi;
        var full = healthy.Advance(back with { LearningRateFactor = 1 }).State.Phi - back.Phi;
        Assert.True((slow - (0.25 * full)).abs().max().item<double>() < 1e-15);
        Assert.True(full.abs().max().item<double>() > 1e-4);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void NoRollbackGoesToWhatValidationFoundBroken(double score)
    {
        using var scope = NewDisposeScope();
        var options = new MetaOptions { Steps = 5, Unroll = 5, OnDivergence = DivergencePolicy.Rollback };
        var trainer = Trainer(x => x.square().sum(), options);
        StageControl stages = new(options);
        var good = stages.BeginStage(trainer.Start(), score: 1);

        var broken = stages.Decide(trainer.Advance(good).State, score).State;

        Assert.Equal(Values(good.Phi), Values(broken.RollbackPoint?.Phi ?? broken.Phi));
        Assert.NotEqual(Values(good.Phi), Values(broken.Phi));
    }

    [Fact]
    public void AMetaOptimizerThatAsksForOtherGradientsIsRefused()
    {
        Assert.Empty(new MetaOptions { Optimizer = new MomentumOptions() }.Problems());
        Assert.Equal("optimizer", Assert.Single(new MetaOptions { Optimizer = new SamOptions() }.Problems()).Key);
        Assert.Equal("optimizer", Assert.Single(new MetaOptions { Optimizer = new EntropySgdOptions() }.Problems()).Key);
    }

    [Fact]
    public void CancellingInTheMiddleOfAnUnrollLeavesTheStateAsItWas()
    {
        using var scope = NewDisposeScope();
        using var cancel = new CancellationTokenSource();
        var losses = 0;
        var trainer = Trainer(
            x =>
            {
                if (++losses == 3)
                {
                    cancel.Cancel();
                }

                return x.square().sum();
            },
            new() { Steps = 50, Unroll = 50 });
        var state = trainer.Start();
        var before = state.Tensors.Select(Values).ToArray();

        Assert.Throws<OperationCanceledException>(() => trainer.Advance(state, cancel.Token));

        Assert.InRange(losses, 3, 4);
        Assert.Equal(before, state.Tensors.Select(Values));
    }

    [Theory]
    [InlineData(0, 1e-3)]
    [InlineData(1e-6, 0)]
    public void ClippingBoundsTheMetaGradient(double clipValue, double clipNorm)
    {
        using var scope = NewDisposeScope();
        var options = new MetaOptions { Steps = 5, Unroll = 5, ClipNorm = clipNorm, ClipValue = clipValue };
        var trainer = Trainer(x => x.square().sum(), options, new Sgd(new() { LearningRate = 1 }));
        var start = trainer.Start();

        var step = trainer.Advance(start).State.Phi - start.Phi;

        Assert.True(clipNorm == 0 || Math.Abs(step.norm().item<double>() - clipNorm) < 1e-9);
        Assert.True(clipValue == 0 || step.abs().max().item<double>() <= clipValue * (1 + 1e-9));
    }

    [Fact]
    public void MetaUpdatesShrinkInAStraightLine()
    {
        using var scope = NewDisposeScope();
        var options = new MetaOptions { Iterations = 5, Steps = 5, Unroll = 5 };
        var start = Trainer(x => x.square().sum(), options).Start() with { Iteration = 1 };
        double StepWith(double finalRate) =>
            (Trainer(x => x.square().sum(), options with { FinalRate = finalRate }).Advance(start).State.Phi - start.Phi)
                .norm().item<double>();

        Assert.Equal(0.85, StepWith(0.4) / StepWith(1), 1e-9);
    }

    [Fact]
    public void ValidationSeesTheSameEpisodesEveryTime()
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(x => x.square().sum(), new() { Steps = 10, Unroll = 5 });
        var start = trainer.Start();

        var first = trainer.Validate(start, 3, default).Scores;
        var second = trainer.Validate(start, 3, default).Scores;

        Assert.Equal(first, second);
        Assert.Equal(1.25, first[0].MeanInitialLoss, 1e-12);
    }

    [Fact]
    public void TheFirstValidationIsTheFirstBest()
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(x => x.square().sum(), TwoStages);
        var start = trainer.Start();

        var (state, scores, decision, opening) = trainer.Validate(start, episodes: 2, default);

        Assert.Equal(CurriculumDecision.Save, decision);
        Assert.Null(opening);
        Assert.Equal((0, 0), (state.ValidatedIteration, state.Curriculum.Stage));
        Assert.Equal(scores[0].Change, state.Curriculum.Best);
        Assert.Equal(Values(start.Phi), Values(state.StageBest?.Phi ?? zeros(0)));
    }

    // Over 4 steps each, as the lengths of the second stage say; the third stage's are what it is validated over.
    [Fact]
    public void TheValidationThatOpensAStageGivesItsScoresToo()
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(x => x.square().sum(), TwoStages);
        var best = trainer.Validate(trainer.Start(), episodes: 2, default).State;
        var worse = trainer.Advance(best).State with { Phi = best.Phi * 1e3 };

        var (state, scores, decision, opening) = trainer.Validate(worse, episodes: 2, default);

        Assert.Equal(CurriculumDecision.Advance, decision);
        Assert.Equal((1, 1, 0), (state.Curriculum.Stage, state.ValidatedIteration, state.Curriculum.Validations));
        Assert.Equal(Values(best.Phi), Values(state.Phi));
        Assert.Equal(trainer.Validate(state with { ValidatedIteration = -1 }, episodes: 2, default).Scores, opening);
        Assert.NotEqual(scores, opening);
        Assert.Equal(state.Curriculum.Best, opening?[0].Change);
    }

    [Fact]
    public void AValidationThatIsCancelledWhileAStageOpensGivesNothing()
    {
        using var scope = NewDisposeScope();
        using CancellationTokenSource cancel = new();
        var (losses, cancelAt) = (0, int.MaxValue);
        var trainer = Trainer(
            x =>
            {
                if (++losses == cancelAt)
                {
                    cancel.Cancel();
                }

                return x.square().sum();
            },
            TwoStages);
        var best = trainer.Validate(trainer.Start(), episodes: 2, default).State;
        var worse = trainer.Advance(best).State with { Phi = best.Phi * 1e3 };
        losses = 0;
        trainer.Validate(worse, episodes: 2, default);
        cancelAt = losses - 3;
        losses = 0;

        Assert.Throws<OperationCanceledException>(() => trainer.Validate(worse, episodes: 2, cancel.Token));
        Assert.InRange(losses, cancelAt, cancelAt + 2);
    }

    [Fact]
    public void UpdatesLeaveNoTensorBehind()
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(x => x.square().sum(), new() { Steps = 10, Unroll = 5 });
        var state = trainer.Start();
        List<long> counts = [];
        using var inner = NewDisposeScope();
        for (var i = 0; i < 20; i++)
        {
            (state, _) = trainer.Advance(state);
            inner.DisposeEverythingBut(state.Tensors);
            counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        // States inside a meta-iteration carry theta and the optimizer's state besides phi.
        Assert.Equal(2, counts.Skip(2).Distinct().Count());
    }

    private static readonly MetaOptions TwoStages =
        new() { Steps = 2, Unroll = 2, Curriculum = new() { Stages = [2, 4, 8], Validations = 1 } };

    private static double[] Values(Tensor tensor) => tensor.to(float64).data<double>().ToArray();

    private static List<UnrollReport> Run(MetaTrainer trainer, int unrolls)
    {
        using var scope = NewDisposeScope();
        List<UnrollReport> reports = [];
        var state = trainer.Start();
        for (var i = 0; i < unrolls; i++)
        {
            (state, var rows) = trainer.Advance(state);
            reports.AddRange(rows);
            scope.DisposeEverythingBut(state.Tensors);
        }

        return reports;
    }

    private static MetaTrainer Trainer(
        Func<Tensor, Tensor> loss, MetaOptions options, L2O.Optimizers.IOptimizer? metaOptimizer = null) => new(
            new DmOptimizer(new() { Hidden = [5], OutputScale = 0.1 }),
            metaOptimizer ?? new Adam(new() { LearningRate = 0.01 }),
            [new("bowl", new FunctionOptimizee(loss, [1.0, -0.5]), Weight: 1)],
            regularizer: null,
            teachers: [],
            options,
            RandomStreams.FromSeed(1),
            Float64,
            new(1));
}
