using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Optimizees;
using L2O.Runtime;
using Xunit;
using static L2O.Tests.Support.DmOnBowls;
using static TorchSharp.torch;

namespace L2O.Tests.MetaTraining;

public sealed class MetaTaskTests
{
    public static TheoryData<string, MetaOptions, Regularizer?> Techniques => new()
    {
        { "tasks", Short with { Tasks = 3 }, null },
        { "es", Short with { Estimator = MetaGradientEstimator.Es, Evolution = new() { Pairs = 2 } }, null },
        { "pes", Short with { Estimator = MetaGradientEstimator.Pes, Evolution = new() { Pairs = 2 } }, null },
        { "es, regularized", Short with { Estimator = MetaGradientEstimator.Es, Evolution = new() { Pairs = 2 } }, Sharpness },
        { "pes, regularized", Short with { Estimator = MetaGradientEstimator.Pes, Evolution = new() { Pairs = 2 } }, Sharpness },
        { "imitation", Short with { Imitation = new() { Ratios = [0.5] } }, null },
        { "pes and imitation", Short with { Estimator = MetaGradientEstimator.Pes, Imitation = new() { Ratios = [0.5] } }, null },
        { "random unrolls", Short with { RandomUnroll = new() { LeastUnrolls = 2, MostUnrolls = 4, MostLength = 12 } }, null },
        { "apart", Short with { LossMinibatches = 3, Loss = MetaLossForm.Log }, null },
        { "whole graph", Short with { SecondDerivatives = true, LossMinibatches = 2 }, null },
        { "scaling", Short with { RandomScaling = 1 }, null },
        {
            "scaling by levels",
            Short with
            {
                RandomScalingLevels = [ScalingLevel.None, ScalingLevel.Whole, ScalingLevel.Parameter],
                RandomScalingRanges = [[0.5, 2], [0.9, 1]],
            },
            null
        },
    };

    public static TheoryData<string, MetaOptions, Regularizer?> StaggeredTechniques => new()
    {
        { "staggered", Short with { Tasks = 3, Staggered = true }, null },
        { "staggered pes", Staggered with { Estimator = MetaGradientEstimator.Pes, Evolution = new() { Pairs = 2 } }, Sharpness },
        { "staggered with few unrolls", Staggered with { Steps = 6, Tasks = 5, LossMinibatches = 2 }, null },
    };

    [Theory]
    [MemberData(nameof(Techniques))]
    [MemberData(nameof(StaggeredTechniques))]
    public void ARunThatContinuesFromItsStateIsTheSameRun(string name, MetaOptions options, Regularizer? regularizer)
    {
        using var scope = NewDisposeScope();
        var whole = Trainer(options, regularizer: regularizer);
        var state = whole.Start();
        for (var i = 0; i < 15; i++)
        {
            Assert.True(state.HasEnded is false, name);
            var resumed = Trainer(options, regularizer: regularizer).Advance(state);
            var (next, reports) = whole.Advance(state);
            Assert.Equal(reports, resumed.Reports);
            Assert.Equal(Bits(next), Bits(resumed.State));
            Assert.All(reports, report => Assert.False(report.Skipped));
            state = next;
        }
    }

    // In float32, where the learned optimizer has kernels with states of their own.
    [Theory]
    [MemberData(nameof(Techniques))]
    public void ABlankStateHasTheShapesOfWhatACheckpointPutsIn(string name, MetaOptions options, Regularizer? regularizer)
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(options, regularizer: regularizer, dtype: ScalarType.Float32);
        var state = trainer.Advance(trainer.Start()).State;

        Assert.True(state.Episodes.Count > 0, name);
        var blank = trainer.BlankEpisodes(state);
        Assert.All(
            state.Episodes.SelectMany(episode => episode.Runs).Zip(blank.SelectMany(episode => episode.Runs)),
            runs => Assert.True(runs.First.Memory is null || runs.Second.Memory is not null, name));
        Assert.Equal(Shapes(state.Episodes), Shapes(Without(blank, state.Episodes)));
    }

    [Theory]
    [MemberData(nameof(StaggeredTechniques))]
    public void ABlankSlotHasTheShapesOfWhatACheckpointPutsIn(string name, MetaOptions options, Regularizer? regularizer)
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(options, regularizer: regularizer, dtype: ScalarType.Float32);
        var state = trainer.Advance(trainer.Start()).State;

        var blank = trainer.BlankSlots([.. state.Slots.Select(slot => slot.Instance)], state.Phi);

        var pairs = state.Slots.Zip(blank).Where(pair => pair.First.Episode is not null).ToArray();
        EpisodeState[] known = [.. pairs.Select(pair => pair.First.Episode).OfType<EpisodeState>()];
        EpisodeState[] blanks = [.. pairs.Select(pair => pair.Second.Episode).OfType<EpisodeState>()];
        Assert.True(known.Length > 0, name);
        Assert.Equal(Shapes(known), Shapes(Without(blanks, known)));
    }

    [Theory]
    [MemberData(nameof(Techniques))]
    [MemberData(nameof(StaggeredTechniques))]
    public void TasksSideBySideGiveTheBitsOfTasksInTurn(string name, MetaOptions options, Regularizer? regularizer)
    {
        using var gate = FinalizerGate.Close();
        using var scope = NewDisposeScope();
        var three = options with { Tasks = 3 };
        var (alone, together) = (Trainer(three, regularizer: regularizer), Trainer(three, workers: 3, regularizer: regularizer));
        var state = alone.Start();
        for (var i = 0; i < 6; i++)
        {
            var (expected, reports) = alone.Advance(state);
            var (actual, others) = together.Advance(state);
            Assert.True(reports.SequenceEqual(others), name);
            Assert.Equal(Bits(expected), Bits(actual));
            state = expected;
        }

        Assert.Equal(
            alone.Validate(state, episodes: 3, CancellationToken.None).Scores,
            together.Validate(state, episodes: 3, CancellationToken.None).Scores);
    }

    [Fact]
    public void TheRegularizerCountsFromItsStartOn()
    {
        using var scope = NewDisposeScope();
        RegularizerOptions late = new() { Metric = new GradientNormOptions(), Weight = 1, Start = 2 };
        var options = Short with { Tasks = 2 };
        var (plain, regularized) = (Trainer(options), Trainer(options, regularizer: new(new GradientNorm(), late)));
        var state = plain.Start();
        while (state.Iteration < 2)
        {
            var (expected, reports) = plain.Advance(state);
            var (actual, others) = regularized.Advance(state);
            Assert.Equal(reports, others);
            Assert.Equal(Bits(expected), Bits(actual));
            state = expected;
        }

        var (changed, last) = regularized.Advance(state);

        Assert.All(last, report => Assert.True(report.Regularizer.Share > 0));
        Assert.NotEqual(Bits(plain.Advance(state).State), Bits(changed));
    }

    [Fact]
    public void SecondDerivativesOfARegularizedOptimizeeAreRefused()
    {
        RegularizerOptions seen = new() { Metric = new GradientNormOptions(), Target = RegularizerTarget.Optimizee };

        Assert.Throws<ArgumentException>(
            () => Trainer(Short with { SecondDerivatives = true }, regularizer: new(new GradientNorm(), seen)));
    }

    [Theory]
    [InlineData(MetaGradientEstimator.TruncatedBptt)]
    [InlineData(MetaGradientEstimator.Es)]
    [InlineData(MetaGradientEstimator.Pes)]
    public void TasksSideBySideLeaveNoTensorBehind(MetaGradientEstimator estimator)
    {
        using var gate = FinalizerGate.Close();
        using var scope = NewDisposeScope();
        var options = Short with { Tasks = 3, Estimator = estimator, Evolution = new() { Pairs = 2 } };
        var trainer = Trainer(options, workers: 3, regularizer: Sharpness);
        var state = trainer.Start();
        using var inner = NewDisposeScope();
        for (var i = 0; i < 6; i++)
        {
            state = trainer.Advance(state).State;
            inner.DisposeEverythingBut(state.Tensors);

            Assert.Equal(state.Tensors.Count, inner.DisposablesCount);
        }
    }

    [Fact]
    public void TheMetaGradientOfSeveralTasksIsTheMeanOfTheirOwn()
    {
        using var scope = NewDisposeScope();
        var three = Trainer(Short with { Tasks = 3 }, learningRate: 1);
        var start = three.Start();
        var step = three.Advance(start).State.Phi - start.Phi;

        // Meta-iterations of one task meet the same instances one after the other.
        var one = Trainer(Short, learningRate: 1);
        var sum = zeros_like(step);
        for (var instance = 0; instance < 3; instance++)
        {
            sum += one.Advance(start with { Iteration = instance }).State.Phi - start.Phi;
        }

        Assert.Equal((sum / 3).data<double>().ToArray(), step.data<double>().ToArray(), Near);
    }

    [Fact]
    public void TheLossMayBeLookedAtOnMinibatchesOfItsOwn()
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(Short with { LossMinibatches = 4 });
        var start = trainer.Start();
        var direction = randn_like(start.Phi);
        double LossAt(Tensor phi) => trainer.Advance(start with { Phi = phi }).Reports[0].MetaLoss;

        const double h = 1e-6;
        var difference = (LossAt(start.Phi + (h * direction)) - LossAt(start.Phi - (h * direction))) / (2 * h);
        var whole = Trainer(Short with { LossMinibatches = 4, SecondDerivatives = true }, learningRate: 1);
        var step = whole.Advance(start).State.Phi - start.Phi;

        Assert.Equal(difference, -step.dot(direction).item<double>(), 1e-6);
        Assert.NotEqual(LossAt(start.Phi), Trainer(Short).Advance(start).Reports[0].MetaLoss);
    }

    [Fact]
    public void AMetaIterationEndsOnceItsLossIsAboveTheLimit()
    {
        using var scope = NewDisposeScope();
        var growing = Trainer(Short with { EndAbove = 0.5 });
        var patient = Trainer(Short with { EndAbove = 100 });

        Assert.Equal((1, 0), Where(growing.Advance(growing.Start()).State));
        Assert.Equal((0, 1), Where(patient.Advance(patient.Start()).State));
    }

    [Fact]
    public void TeachersTakeTurnsAndHaveMomentsOfTheirOwn()
    {
        using var scope = NewDisposeScope();
        var options = Short with { Imitation = new() { Ratios = [1] } };
        var trainer = Trainer(options);
        var state = trainer.Start();
        List<string?> teachers = [];
        for (var i = 0; i < 6; i++)
        {
            (state, var reports) = trainer.Advance(state);
            teachers.Add(Assert.Single(reports).Teacher);
        }

        Assert.Equal(["adam", "adam", "nesterov", "nesterov", "adam", "adam"], teachers);
        Assert.Equal([4, 2], state.TeacherMoments.Select(moments => moments.StepCount));
        Assert.Equal(0, state.MetaOptimizer.StepCount);
        Assert.Equal(3, state.ImitationCount);
    }

    [Fact]
    public void SharedMomentsAreTheMetaOptimizersOwn()
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(Short with { Imitation = new() { Ratios = [1], SharedMoments = true } });

        var (state, _) = trainer.Advance(trainer.Start());

        Assert.Empty(state.TeacherMoments);
        Assert.Equal(1, state.MetaOptimizer.StepCount);
    }

    [Fact]
    public void ImitationBringsTheUpdatesNearerToTheTeachers()
    {
        using var scope = NewDisposeScope();
        var trainer = Trainer(Short with { Imitation = new() { Ratios = [1] } });
        var state = trainer.Start();
        List<double> losses = [];
        for (var i = 0; i < 160; i++)
        {
            (state, var reports) = trainer.Advance(state);
            losses.Add(reports[0].MetaLoss);
        }

        Assert.True(losses.TakeLast(20).Average() < 0.3 * losses.Take(20).Average());
    }

    public static TheoryData<MetaOptions> Scalings =>
    [
        Short with { RandomScaling = 3 },
        Short with { RandomScaling = 3, RandomScalingLevels = [ScalingLevel.Whole] },
        Short with { RandomScalingRanges = [[2, 3]] },
    ];

    [Theory]
    [MemberData(nameof(Scalings))]
    public void RandomScalingIsForTrainingOnly(MetaOptions options)
    {
        using var scope = NewDisposeScope();
        var scaled = Trainer(options);
        var plain = Trainer(Short);
        var start = plain.Start();

        Assert.Equal(plain.Validate(start, 2, default).Scores, scaled.Validate(start, 2, default).Scores);
        Assert.NotEqual(plain.Advance(start).Reports[0].FinalLoss, scaled.Advance(start).Reports[0].FinalLoss);
    }

    [Fact]
    public void ACurriculumGoesBackToItsBestPhiAndOnToTheNextStage()
    {
        using var scope = NewDisposeScope();
        var options = Short with { Curriculum = new() { Stages = [3, 6], Validations = 2 } };
        var trainer = Trainer(options);
        StageControl stages = new(options);
        var begun = stages.BeginStage(trainer.Start(), score: 5);
        var (moved, _) = trainer.Advance(begun);
        var (saved, first) = stages.Decide(moved, score: 4);
        var (further, _) = trainer.Advance(saved);
        var (next, second) = stages.Decide(further, score: 4.5);

        Assert.Equal((CurriculumDecision.Save, CurriculumDecision.Advance), (first, second));
        Assert.Equal(1, next.Curriculum.Stage);
        Assert.Equal(moved.Phi.data<double>().ToArray(), next.Phi.data<double>().ToArray());
        Assert.Equal(2, next.MetaOptimizer.StepCount);
        Assert.Equal((1, 0), Where(moved));
        Assert.Equal((2, 1), Where(trainer.Advance(next).State));
    }

    [Fact]
    public void ACurriculumMayGoBackToTheMetaOptimizerToo()
    {
        using var scope = NewDisposeScope();
        var options = Short with { Curriculum = new() { Stages = [3, 6], Validations = 1, RestoreMetaOptimizer = true } };
        var trainer = Trainer(options);
        StageControl stages = new(options);
        var (moved, _) = trainer.Advance(stages.BeginStage(trainer.Start(), score: 5));
        var (saved, _) = stages.Decide(moved, score: 4);
        var (further, _) = trainer.Advance(saved);

        Assert.Equal(1, stages.Decide(further, score: 9).State.MetaOptimizer.StepCount);
    }

    // A blank has the memory of a regularizer, which a checkpoint may or may not put in.
    private static IReadOnlyList<EpisodeState> Without(IReadOnlyList<EpisodeState> blank, IReadOnlyList<EpisodeState> like) =>
    [
        .. blank.Zip(like, (episode, other) => episode with
        {
            Runs = [.. episode.Runs.Zip(other.Runs, (run, known) => known.Memory is null ? run with { Memory = null } : run)],
        }),
    ];

    private static List<string> Shapes(IEnumerable<EpisodeState> episodes)
    {
        List<string> shapes = [];
        foreach (var episode in episodes)
        {
            episode.Map(tensor =>
            {
                shapes.Add($"{tensor.dtype} {string.Join(" x ", tensor.shape)}");
                return tensor;
            });
        }

        return shapes;
    }
}
