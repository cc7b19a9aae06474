using L2O.Data;
using L2O.Errors;
using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Optimizees;
using L2O.Optimizees.Networks;
using L2O.Optimizers;
using L2O.Optimizers.Handcrafted;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.MetaTraining;

public sealed class LossSplitTests : IDisposable
{
    private static readonly TensorOptions _float64 = new(CPU, ScalarType.Float64);
    private static readonly MetaOptions Short = new() { Steps = 6, Unroll = 3, LossSplit = LossSplit.HeldOut };

    private readonly Dataset _data = RandomImages.Create(
        [1, 3, 4], classes: 3, train: 30, validation: 9, test: 5, ScalarType.Float64);

    public static TheoryData<string, MetaOptions> Techniques => new()
    {
        { "bptt", Short },
        { "log", Short with { Loss = MetaLossForm.Log, EndAbove = 3 } },
        { "minibatches", Short with { LossMinibatches = 3 } },
        { "whole graph", Short with { SecondDerivatives = true } },
        { "es", Short with { Estimator = MetaGradientEstimator.Es, Evolution = new() { Pairs = 2 } } },
        { "pes", Short with { Estimator = MetaGradientEstimator.Pes, Evolution = new() { Pairs = 2 } } },
        { "imitation", Short with { Imitation = new() { Ratios = [1] } } },
        { "rest", Short with { LossSplit = LossSplit.Rest } },
    };

    public void Dispose() => _data.Dispose();

    [Theory]
    [MemberData(nameof(Techniques))]
    public void ARunThatContinuesFromItsStateIsTheSameRun(string name, MetaOptions options)
    {
        using var scope = NewDisposeScope();
        var whole = Trainer(options);
        var state = whole.Start();
        for (var i = 0; i < 3; i++)
        {
            var resumed = Trainer(options).Advance(state);
            var (next, reports) = whole.Advance(state);
            Assert.True(reports.SequenceEqual(resumed.Reports), name);
            Assert.Equal(Bits(next), Bits(resumed.State));
            state = next;
        }
    }

    // dx[t]/dphi = -sum_{s<t} g[s], with the gradients g of training and the objective's of what is held out.
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void WithoutSecondDerivativesTheMetaGradientIsThatOfTheHeldOutLossThroughTrainingsUpdates(int lossMinibatches)
    {
        using var scope = NewDisposeScope();
        const int length = 4;
        const double phi = 0.3;
        using var episode = Holding().Start(RandomStreams.FromSeed(2));
        ILoss LossAt(long step) => lossMinibatches == 1
            ? episode.HeldOutMinibatch(step, 0)
            : MeanLoss.Apart(episode.HeldOutMinibatch, 0, lossMinibatches);

        var result = Run(Unroll.ByCotangents, new LinearRule(), tensor([phi]), episode, new(MetaLossForm.Mean, LossAt: LossAt), length);

        double expected = 0;
        var (theta, moved) = (episode.InitialTheta(), zeros_like(episode.InitialTheta()));
        for (var t = 1; t <= length; t++)
        {
            var gradient = episode.Minibatch(t - 1, 0).WithGradient(theta).Gradient;
            (theta, moved) = (theta - (phi * gradient), moved - gradient);
            expected += LossAt(t).WithGradient(theta).Gradient.dot(moved).item<double>() / length;
        }

        Assert.Equal(expected, result.MetaGradient.item<double>(), 1e-12);
        Assert.Equal(LossAt(length).At(theta).item<double>(), result.FinalLoss, 1e-12);
    }

    // Updates that look at no gradient have no second derivatives to drop.
    [Theory]
    [InlineData(MetaLossForm.Mean)]
    [InlineData(MetaLossForm.Log)]
    public void WithoutSecondDerivativesItIsTheFiniteDifferenceWhereThereAreNone(MetaLossForm form)
    {
        using var scope = NewDisposeScope();
        using var episode = Holding().Start(RandomStreams.FromSeed(2));
        FormulaRule drift = new((phi, _, theta) => phi * arange(theta.numel(), dtype: float64).cos());
        MetaObjective objective = new(form, Reference: 1.5, LossAt: step => episode.HeldOutMinibatch(step, 0));
        UnrollResult At(Tensor phi) => Run(Unroll.ByCotangents, drift, phi, episode, objective, length: 4);
        var phi = tensor([0.2]);

        Differences.AssertGradient(at => At(at).MetaLoss, phi, At(phi).MetaGradient, tolerance: 1e-7);
    }

    [Theory]
    [InlineData(MetaLossForm.Mean)]
    [InlineData(MetaLossForm.Log)]
    public void WithSecondDerivativesItIsTheFiniteDifferenceOfTheHeldOutObjective(MetaLossForm form)
    {
        using var scope = NewDisposeScope();
        using var episode = Holding().Start(RandomStreams.FromSeed(2));
        DmOptimizer dm = new(new() { Hidden = [3], Preprocessing = Preprocessing.None, OutputScale = 1 });
        MetaObjective objective = new(form, Reference: 1.5, LossAt: step => episode.HeldOutMinibatch(step, 0));
        UnrollResult At(Tensor phi) => Run(Unroll.ByWholeGraph, dm, phi, episode, objective, length: 4);
        var phi = dm.InitialPhi(RandomStreams.FromSeed(1));

        Differences.AssertGradient(at => At(at).MetaLoss, phi, At(phi).MetaGradient, tolerance: 1e-6);
    }

    // The loss with its gradient is computed otherwise than the loss alone, so the last bits differ.
    [Theory]
    [InlineData(MetaLossForm.Mean)]
    [InlineData(MetaLossForm.Log)]
    public void EvolutionStrategiesSeeTheMetaLossOfBackPropagation(MetaLossForm form)
    {
        using var scope = NewDisposeScope();
        using var episode = Holding().Start(RandomStreams.FromSeed(2));
        DmOptimizer dm = new(new() { Hidden = [3] });
        var phi = dm.InitialPhi(RandomStreams.FromSeed(1));
        var plan = Plan(episode, new(form, Reference: 1.5, LossAt: step => episode.HeldOutMinibatch(step, 0)), length: 4);
        var start = new UnrollState(0, episode.InitialTheta(), Optimizer: null);

        var expected = Unroll.ByCotangents(dm, phi, plan, start).MetaLoss;

        Assert.Equal(expected, ForwardUnroll.Of(dm, plan, new(1), default)([new(phi, start)])[0].Score.MetaLoss, 1e-12);
    }

    // The rule does not look at gradients, so that both objectives meet the same points.
    [Fact]
    public void ARegularizerLooksAtWhatIsTrainedOn()
    {
        using var scope = NewDisposeScope();
        using var episode = Holding().Start(RandomStreams.FromSeed(2));
        FormulaRule drift = new((phi, _, theta) => phi * arange(theta.numel(), dtype: float64).cos());
        RegularizerOptions options = new() { Metric = new GradientNormOptions(), Weight = 1 };
        UnrollResult Under(MetaObjective objective) => Unroll.ByCotangents(
            drift,
            tensor([0.2]),
            Plan(episode, objective, length: 4) with { Regularizer = new(new(new GradientNorm(), options), 1, 0, 1, 0, default) },
            new(0, episode.InitialTheta(), Optimizer: null));

        var trained = Under(new(MetaLossForm.Mean));
        var heldOut = Under(new(MetaLossForm.Mean, LossAt: step => episode.HeldOutMinibatch(step, 0)));

        Assert.True(trained.Regularizer.Value > 0);
        Assert.Equal(trained.Regularizer.Value, heldOut.Regularizer.Value);
        Assert.NotEqual(trained.Regularizer.Share, heldOut.Regularizer.Share);
        Assert.NotEqual(trained.MetaLoss, heldOut.MetaLoss);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void FirstAndLastLossesAreOfHeldOutExamples(int lossMinibatches)
    {
        using var scope = NewDisposeScope();
        foreach (var (_, options) in Techniques.Select(row => row.Data).Where(row => row.Item2.LossSplit == LossSplit.HeldOut))
        {
            var trainer = Trainer(options with { Loss = MetaLossForm.Log, LossMinibatches = lossMinibatches });
            var (state, reports) = trainer.Advance(trainer.Start());
            using var episode = Holding().Start(RandomStreams.FromSeed(1).At("episode", 0));
            ILoss LossAt(long step) => lossMinibatches > 0
                ? MeanLoss.Apart(episode.HeldOutMinibatch, 0, lossMinibatches)
                : episode.HeldOutMinibatch(step, 0);
            var end = Assert.Single(state.Episodes);

            Assert.Equal(LossAt(0).At(episode.InitialTheta()).item<double>(), end.Reference, 1e-12);
            Assert.Equal(
                end.Runs.Average(run => LossAt(run.Step).At(run.Theta).item<double>()), reports[0].FinalLoss, 1e-12);
        }
    }

    [Fact]
    public void TheRestIsTrainedOnAlikeAndIsItsOwnObjective()
    {
        using var scope = NewDisposeScope();
        var (heldOut, rest) = (Trainer(Short), Trainer(Short with { LossSplit = LossSplit.Rest }));
        var whole = Trainer(Short with { LossSplit = LossSplit.Train });
        var start = heldOut.Start();

        var (first, firstReports) = heldOut.Advance(start);
        var (second, secondReports) = rest.Advance(start);
        var (third, _) = whole.Advance(start);
        var theta = second.Episodes[0].Runs[0].Theta;
        using var episode = Holding().Start(RandomStreams.FromSeed(1).At("episode", 0));

        Assert.Equal(Values(first.Episodes[0].Runs[0].Theta), Values(theta));
        Assert.NotEqual(Values(third.Episodes[0].Runs[0].Theta), Values(theta));
        Assert.NotEqual(firstReports[0].MetaLoss, secondReports[0].MetaLoss);
        Assert.Equal(episode.Minibatch(3, 0).At(theta).item<double>(), secondReports[0].FinalLoss, 1e-12);
    }

    [Fact]
    public void ValidationTrainsOnAll()
    {
        using var scope = NewDisposeScope();
        var whole = Trainer(Short with { LossSplit = LossSplit.Train });
        var start = whole.Start();

        Assert.Equal(whole.Validate(start, 2, default).Scores, Trainer(Short).Validate(start, 2, default).Scores);
    }

    [Theory]
    [InlineData(LossSplit.HeldOut, "held_out")]
    [InlineData(LossSplit.Rest, "rest")]
    public void WhatHasNothingToHoldOutIsRefusedByName(LossSplit split, string word) => Assert.Equal(
        $"meta.loss_split is {word}, and bowls has fewer than 5 training examples to hold a fifth of out (a formula has none); "
        + "choose train, or networks with more",
        Assert.Throws<ConfigException>(() => Trainer(Short with { LossSplit = split }, new NoisyBowl())).Message);

    private Classifier Network() => new(new Mlp([12, 4, 3], Activation.Tanh, 0.5), _data, batchSize: 7, _float64);

    private IOptimizee Holding() => Network().HoldingOut() ?? throw new InvalidOperationException("nothing to hold out");

    private MetaTrainer Trainer(MetaOptions options, IOptimizee? optimizee = null) => new(
        new DmOptimizer(new() { Hidden = [5], OutputScale = 0.1 }),
        new Adam(new() { LearningRate = 0.01 }),
        [new("bowls", optimizee ?? Network(), Weight: 1)],
        regularizer: null,
        [new("adam", new Adam(new() { LearningRate = 0.05 }))],
        options,
        RandomStreams.FromSeed(1),
        _float64,
        new(1));

    private static UnrollResult Run(
        Func<ILearnedOptimizer, Tensor, UnrollPlan, UnrollState, UnrollResult> unroll,
        ILearnedOptimizer optimizer,
        Tensor phi,
        IEpisode episode,
        MetaObjective objective,
        int length) =>
        unroll(optimizer, phi, Plan(episode, objective, length), new(0, episode.InitialTheta(), Optimizer: null));

    private static UnrollPlan Plan(IEpisode episode, MetaObjective objective, int length) => new(
        new([new("theta", episode.InitialTheta().numel())]), episode, default, length, objective, UnrollRegularizer.None);

    private static double[] Values(Tensor tensor) => tensor.data<double>().ToArray();

    private static double[][] Bits(MetaTrainingState state) => [.. state.Tensors.Select(Values)];
}
