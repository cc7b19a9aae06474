using L2O.Flatness;
using L2O.MetaTraining;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.MetaTraining;

public sealed class UnrollRegularizerTests
{
    private const int Length = 6;

    private static readonly RegularizerOptions _everywhere = new() { Metric = new GradientNormOptions(), Weight = 0.3 };

    // Steps are values alone, and so the same whether their graph is kept: both unrolls have the same ledger.
    [Theory]
    [InlineData(RegularizedSteps.All, 1, RegularizerReduction.Mean, MetaLossForm.Mean)]
    [InlineData(RegularizedSteps.All, 4, RegularizerReduction.Mean, MetaLossForm.Mean)]
    [InlineData(RegularizedSteps.Last, 1, RegularizerReduction.Mean, MetaLossForm.Mean)]
    [InlineData(RegularizedSteps.All, 2, RegularizerReduction.Sum, MetaLossForm.Log)]
    public void TheLedgerSetsTheRegularizersGradientAgainstThatOfEveryPoint(
        RegularizedSteps steps, int every, RegularizerReduction reduce, MetaLossForm form)
    {
        using var scope = NewDisposeScope();
        var options = _everywhere with { Steps = steps, Every = every, Reduce = reduce };
        var dm = new DmOptimizer(new() { Hidden = [4], OutputScale = 1 });
        var phi = dm.InitialPhi(RandomStreams.FromSeed(1));
        var problem = Valley();
        UnrollPlan Plan(double? weight) => new(
            problem.Layout,
            problem,
            default,
            Length,
            new(form, Reference: 3),
            new(Of(options), weight, unroll: 0, unrollCount: 1, drawn: 0, default));
        var start = new UnrollState(0, problem.InitialTheta(), Optimizer: null);

        var ledger = Unroll.ByCotangents(dm, phi, Plan(options.Weight), start).Regularizer;
        var ofWholeGraph = Unroll.ByWholeGraph(dm, phi, Plan(options.Weight), start).Regularizer;
        var measured = Unroll.ByCotangents(dm, phi, Plan(weight: null), start).Regularizer;
        var measuredOnGraph = Unroll.ByWholeGraph(dm, phi, Plan(weight: null), start).Regularizer;

        var (value, share) = Expected(dm.At(phi), problem, options, form);
        Assert.Equal(value, ledger.Value ?? double.NaN, 1e-12);
        Assert.Equal(share, ledger.Share ?? double.NaN, 1e-12);
        Assert.Equal(value, ofWholeGraph.Value ?? double.NaN, 1e-12);
        Assert.Equal(share, ofWholeGraph.Share ?? double.NaN, 1e-12);
        Assert.Null(ledger.Ratio);
        Assert.All([measured, measuredOnGraph], alone =>
        {
            Assert.Equal((ledger.Value, null), (alone.Value, alone.Share));
            Assert.Equal((1 - share) / share * 0.3, alone.Ratio ?? double.NaN, 1e-9);
        });
    }

    [Fact]
    public void AnUnrollThatTheScheduleLeavesOutHasNoLedger()
    {
        using var scope = NewDisposeScope();
        var problem = Valley();
        var theta = problem.InitialTheta();
        var options = _everywhere with { Schedule = RegularizedUnrolls.Prior };
        Tensor? memory = null;
        RegularizerLedger LedgerOf(int unroll)
        {
            UnrollRegularizer regularizer = new(Of(options), weight: 0.3, unroll, unrollCount: 2, drawn: 0, default);
            regularizer.OfMetaObjective(new(problem, theta, Step: 1), t: 1, length: 1, ref memory);
            if (regularizer.IsInMetaObjective)
            {
                regularizer.CountLossGradient(theta);
            }

            return regularizer.Ledger();
        }

        Assert.NotNull(LedgerOf(0).Share);
        Assert.Equal(new(null, null), LedgerOf(1));
    }

    [Fact]
    public void TheRegularizerMayLookAtMinibatchesOfItsOwn()
    {
        using var scope = NewDisposeScope();
        const long step = 5;
        using var episode = new NoisyBowl().Start(RandomStreams.FromSeed(1));
        var theta = episode.InitialTheta();
        UnrollRegularizer regularizer = new(
            Of(_everywhere with { Minibatches = 3 }), weight: 0.3, unroll: 0, unrollCount: 1, drawn: 2, default);
        Tensor? memory = null;

        var gained = regularizer.OfMetaObjective(new(episode, theta, step), t: 1, length: 1, ref memory);

        var gradients = Enumerable.Range(1, 3).Select(i => episode.Minibatch(step, -(2 + i)).WithGradient(theta).Gradient);
        var mean = stack([.. gradients]).mean([0]);
        Assert.NotNull(gained);
        Assert.Equal(mean.square().mean().item<double>(), regularizer.Ledger().Value ?? double.NaN, 1e-12);

        // Those that a metric asks for besides are others.
        var others = Enumerable.Range(4, 3).Average(i => episode.Minibatch(step, -i).At(theta).item<double>());
        Assert.Equal(others, MeanLoss.Apart(episode.Minibatch, step, count: 3, drawn: 3).At(theta).item<double>(), 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void ItSeesTheLossItselfWhateverDisturbsGradients(int minibatches)
    {
        using var scope = NewDisposeScope();
        var bowl = new NoisyBowl();
        SumOptimizee disturbed = new([new NoisyOptimizee(new SparseOptimizee(bowl, probability: 0.5), deviation: 1)]);
        SumOptimizee exact = new([bowl]);
        var options = _everywhere with { Minibatches = minibatches };
        var streams = RandomStreams.FromSeed(1);
        (double Value, double[] Gained) Look(IOptimizee optimizee)
        {
            using var episode = optimizee.Start(streams);
            var theta = episode.InitialTheta();
            UnrollRegularizer regularizer = new(Of(options), options.GivenWeight, unroll: 0, unrollCount: 1, drawn: 0, default);
            Tensor? memory = null;
            var gained = regularizer.OfMetaObjective(new(episode, theta, Step: 3), t: 1, length: 1, ref memory);
            return (regularizer.Ledger().Value ?? double.NaN, [.. (gained ?? theta).data<double>()]);
        }

        var ((value, gained), (expected, expectedGained)) = (Look(disturbed), Look(exact));

        Assert.Equal(expected, value);
        Assert.Equal(expectedGained, gained);
    }

    [Fact]
    public void OfAPointOnlyWhatItGainsTheMemoryAndNumbersToReadStay()
    {
        using var scope = NewDisposeScope();
        using var episode = new NoisyBowl().Start(RandomStreams.FromSeed(1));
        var theta = episode.InitialTheta();
        var options = _everywhere with { Metric = new SpectralNormOptions(), Minibatches = 4 };
        UnrollRegularizer regularizer = new(
            new(new SpectralNorm(new()), options), weight: 0.3, unroll: 0, unrollCount: 1, drawn: 0, RandomStreams.FromSeed(1));
        Tensor? memory = null;
        var before = scope.DisposablesCount;

        var gained = regularizer.OfMetaObjective(new(episode, theta, Step: 1), t: 1, length: 1, ref memory);

        Assert.NotNull(gained);
        Assert.NotNull(memory);
        Assert.Equal(before + 2 + regularizer.Numbers.Sum(number => number.Scalars.Count), scope.DisposablesCount);
    }

    // The definition, along the steps of the rule alone.
    private static (double Value, double Share) Expected(
        IOptimizer rule, FunctionOptimizee problem, RegularizerOptions options, MetaLossForm form)
    {
        var loss = problem.Minibatch(0, 0);
        var points = Enumerable.Range(1, Length)
            .Where(t => options.Steps == RegularizedSteps.All ? (Length - t) % options.Every == 0 : t == Length)
            .ToArray();
        var given = options.Weight ?? double.NaN;
        var weight = options.Reduce == RegularizerReduction.Mean ? given / points.Length : given;
        var theta = problem.InitialTheta();
        var state = rule.Init(problem.Layout, theta, default);
        double values = 0, own = 0, ofLoss = 0;
        for (var t = 1; t <= Length; t++)
        {
            (var update, state) = rule.Step(new LossGradients(loss), theta, state);
            theta = theta + update;
            var (value, gradient) = loss.WithGradient(theta);
            var factor = form == MetaLossForm.Mean
                ? 1.0 / Length
                : 1 / ((value.item<double>() + (1e-6 * (3 + 1e-6))) * (Length + 1));
            ofLoss += factor * gradient.norm().item<double>();
            if (points.Contains(t))
            {
                var (estimate, slope) = new GradientNorm().MeasureWithGradient(
                    new(loss, _ => loss, theta, t, default), memory: null);
                values += estimate.Value / points.Length;
                own += weight * slope.norm().item<double>();
            }
        }

        return (values, own / (own + ofLoss));
    }

    private static Regularizer Of(RegularizerOptions options) => new(new GradientNorm(), options);

    private static FunctionOptimizee Valley() =>
        new(x => x.pow(4).sum() + (tensor(new[] { 1.0, 3.0, 0.5 }) * x.square()).sum() + 0.1, [0.8, -0.6, 1.1]);
}
