using L2O.MetaTraining;
using L2O.Optimizees;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tests.Support;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.MetaTraining;

public sealed class UnrollTests
{
    [Theory]
    [InlineData("meta_gradient_dm_quadratic_first_order")]
    [InlineData("meta_gradient_dm_quadratic_second_order")]
    public void TheMetaGradientOnAQuadraticIsTheGoldenOne(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read(name);
        var options = golden.GetProperty("optimizer");
        var dm = new DmOptimizer(new()
        {
            Hidden = [.. options.GetProperty("hidden").EnumerateArray().Select(size => size.GetInt32())],
            OutputScale = options.GetProperty("output_scale").GetDouble(),
        });
        var phi = Golden.Phi(dm.PhiLayout, golden.GetProperty("weights"));
        var problem = GoldenQuadratic.From(golden);
        var plan = new UnrollPlan(
            problem.Layout, problem, default, golden.GetProperty("T").GetInt32(), new(MetaLossForm.Mean), UnrollRegularizer.None);
        var start = new UnrollState(0, problem.InitialTheta(), Optimizer: null);

        var result = golden.GetProperty("second_derivatives").GetBoolean()
            ? Unroll.ByWholeGraph(dm, phi, plan, start)
            : Unroll.ByCotangents(dm, phi, plan, start);

        var expected = golden.GetProperty("expected");
        var losses = Golden.Doubles(expected.GetProperty("losses"));
        var metaLoss = expected.GetProperty("meta_loss").GetDouble();
        Assert.Equal(metaLoss, result.MetaLoss, 1e-9 * Math.Abs(metaLoss));
        Assert.Equal(losses[^1], result.FinalLoss, 1e-9 * Math.Abs(losses[^1]));
        Golden.AssertGradient(dm.PhiLayout, expected.GetProperty("gradients"), result.MetaGradient, 1e-9);
    }

    [Theory]
    [InlineData(MetaLossForm.Mean)]
    [InlineData(MetaLossForm.Log)]
    public void TheWholeGraphGivesTheFiniteDifferenceOfTheMetaLoss(MetaLossForm form)
    {
        using var scope = NewDisposeScope();
        var dm = new DmOptimizer(new() { Hidden = [3], Preprocessing = Preprocessing.None, OutputScale = 1 });
        var phi = dm.InitialPhi(RandomStreams.FromSeed(1));
        var problem = Bowl();

        var gradient = Run(Unroll.ByWholeGraph, dm, phi, problem, form).MetaGradient;

        Differences.AssertGradient(
            at => Run(Unroll.ByWholeGraph, dm, at, problem, form).MetaLoss, phi, gradient, tolerance: 1e-7);
    }

    // With x[t+1] = x[t] - phi a x[t] and the gradient held constant, dx[t]/dphi = -sum_{s<t} g[s].
    [Fact]
    public void DroppingSecondDerivativesOfALinearRuleMatchesTheClosedForm()
    {
        using var scope = NewDisposeScope();
        const double a = 0.7, x0 = 1.3, phi = 0.2;
        const int length = 6;
        var problem = new FunctionOptimizee(x => 0.5 * a * x.square().sum(), [x0]);
        double GradientAt(int t) => a * x0 * Math.Pow(1 - (phi * a), t);

        var result = Run(Unroll.ByCotangents, new LinearRule(), tensor(new[] { phi }), problem, MetaLossForm.Mean, length);

        var expected = -Enumerable.Range(1, length)
            .Sum(t => GradientAt(t) * Enumerable.Range(0, t).Sum(GradientAt)) / length;
        Assert.Equal(expected, result.MetaGradient.item<double>(), 1e-12);
    }

    [Theory]
    [InlineData(MetaLossForm.Mean)]
    [InlineData(MetaLossForm.Log)]
    public void TwoShortUnrollsCarryTheStateOfOneLong(MetaLossForm form)
    {
        using var scope = NewDisposeScope();
        var dm = new DmOptimizer(new() { Hidden = [4] });
        var phi = dm.InitialPhi(RandomStreams.FromSeed(1));
        var problem = Bowl();

        var whole = Run(Unroll.ByCotangents, dm, phi, problem, form, length: 6);
        var half = Run(Unroll.ByCotangents, dm, phi, problem, form, length: 3);
        var plan = new UnrollPlan(problem.Layout, problem, default, 3, new(form, Reference: 1), UnrollRegularizer.None);
        var rest = Unroll.ByCotangents(dm, phi, plan, half.End);

        Assert.Equal(6, rest.End.Step);
        Assert.Equal(whole.FinalLoss, rest.FinalLoss);
        Assert.Equal(whole.End.Theta.data<double>().ToArray(), rest.End.Theta.data<double>().ToArray());
        foreach (var (expected, actual) in whole.End.Optimizer!.Tensors.Zip(rest.End.Optimizer!.Tensors))
        {
            Assert.Equal(expected.data<double>().ToArray(), actual.data<double>().ToArray());
        }
    }

    [Fact]
    public void AnUnrollAsksForOneGradientAtEachTheta()
    {
        using var scope = NewDisposeScope();
        const int length = 6;
        var evaluations = 0;
        var problem = new FunctionOptimizee(
            x =>
            {
                evaluations++;
                return x.square().sum();
            },
            [1.3]);
        var plan = new UnrollPlan(
            problem.Layout, problem, default, length, new(MetaLossForm.Mean), UnrollRegularizer.None);

        Unroll.ByCotangents(new LinearRule(), tensor([0.2]), plan, new(0, problem.InitialTheta(), Optimizer: null));

        Assert.Equal(length + 1, evaluations);
    }

    // The rule does not look at gradients, so what disturbs them must not matter.
    [Fact]
    public void TheMetaLossIsOfTheLossItselfWhateverDisturbsItsGradients()
    {
        using var scope = NewDisposeScope();
        var problem = Bowl();
        var streams = RandomStreams.FromSeed(1);
        var exact = MetaGradientOf(Unroll.ByCotangents, problem);

        foreach (var disturbed in new IOptimizee[] { new SparseOptimizee(problem, 0.7), new NoisyOptimizee(problem, 0.5) })
        {
            using var episode = disturbed.Start(streams);
            Assert.Equal(exact, MetaGradientOf(Unroll.ByCotangents, episode), 1e-12);
            Assert.Equal(exact, MetaGradientOf(Unroll.ByWholeGraph, episode), 1e-12);
        }
    }

    [Fact]
    public void ManyUnrollsLeaveNoTensorBehind()
    {
        using var scope = NewDisposeScope();
        var dm = new DmOptimizer(new() { Hidden = [4] });
        var phi = dm.InitialPhi(RandomStreams.FromSeed(1));
        var problem = Bowl();
        var state = new UnrollState(0, problem.InitialTheta(), Optimizer: null);
        var plan = new UnrollPlan(problem.Layout, problem, default, 5, new(MetaLossForm.Mean), UnrollRegularizer.None);
        List<long> counts = [];
        using var inner = NewDisposeScope();
        for (var i = 0; i < 20; i++)
        {
            state = Unroll.ByCotangents(dm, phi, plan, state).End;
            inner.DisposeEverythingBut([state.Theta, .. state.Optimizer!.Tensors]);
            counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Single(counts.Distinct());
    }

    private static double MetaGradientOf(
        Func<ILearnedOptimizer, Tensor, UnrollPlan, UnrollState, UnrollResult> unroll, IEpisode episode)
    {
        var theta = episode.InitialTheta();
        var plan = new UnrollPlan(
            new([new("theta", theta.numel())]), episode, default, 4, new(MetaLossForm.Mean), UnrollRegularizer.None);
        FormulaRule drift = new((phi, _, at) => phi.expand(at.shape));
        return unroll(drift, tensor([0.1]), plan, new(0, theta, Optimizer: null)).MetaGradient.item<double>();
    }

    private static UnrollResult Run(
        Func<ILearnedOptimizer, Tensor, UnrollPlan, UnrollState, UnrollResult> unroll,
        ILearnedOptimizer optimizer,
        Tensor phi,
        FunctionOptimizee problem,
        MetaLossForm form,
        int length = 4) =>
        unroll(
            optimizer,
            phi,
            new(
                problem.Layout,
                problem,
                default,
                length,
                new(form, Reference: problem.Measure(problem.InitialTheta(), default).Loss),
                UnrollRegularizer.None),
            new(0, problem.InitialTheta(), Optimizer: null));

    private static FunctionOptimizee Bowl() =>
        new(x => (tensor(new[] { 1.0, 3.0, 0.5 }) * x.square()).sum() + 0.1, [0.8, -0.6, 1.1]);
}
