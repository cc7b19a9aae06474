using L2O.Optimizers;
using L2O.Options;
using L2O.Randomness;
using L2O.Registration;
using L2O.Tensors;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers;

/// <summary>What must hold for every optimizer there is; a new line in the registry is tested here at once.</summary>
public sealed class OptimizerSuiteTests
{
    private static readonly ParameterLayout Layout = new([new("weight", 3, 4), new("bias", 3), new("scale")]);

    public static TheoryData<string> Kinds =>
        [.. Registry.Kinds(Family.LearnedOptimizer).Keys.Concat(Registry.Kinds(Family.HandcraftedOptimizer).Keys)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void UpdatesHaveThetasShapeTypeAndNoGraph(string kind)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            var (updates, state) = Run(Make(kind, type), type, steps: 3);

            Assert.All(updates, update => Assert.Equal([Layout.Count], update.shape));
            Assert.All(updates, update => Assert.Equal(type, update.dtype));
            Assert.All(updates, update => Assert.False(update.requires_grad));
            Assert.All(updates, update => Assert.True(update.isfinite().all().item<bool>()));
            Assert.Equal(3, state.StepCount);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheSameStreamsGiveTheSameBits(string kind)
    {
        using var scope = NewDisposeScope();

        var first = Run(Make(kind, ScalarType.Float32), ScalarType.Float32, steps: 3).Updates;
        manual_seed(5);
        var second = Run(Make(kind, ScalarType.Float32), ScalarType.Float32, steps: 3).Updates;

        Assert.All(first.Zip(second), pair => Assert.True(Equal(pair.First, pair.Second)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ArgumentsAreLeftAsTheyWere(string kind)
    {
        using var scope = NewDisposeScope();
        var optimizer = Make(kind, ScalarType.Float32);
        var theta = Theta(ScalarType.Float32);
        var gradient = Gradient(ScalarType.Float32, step: 0);
        var (_, state) = optimizer.Step(
            new ConstantGradient(gradient), theta, optimizer.Init(Layout, theta, RandomStreams.FromSeed(1)));
        Tensor[] arguments = [theta, gradient, .. state.Tensors];
        var before = arguments.Select(tensor => tensor.clone()).ToArray();

        optimizer.Step(new ConstantGradient(gradient), theta, state);

        Assert.All(arguments.Zip(before), pair => Assert.True(Equal(pair.First, pair.Second)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AStateThatWasSavedAndRestoredGoesOnTheSame(string kind)
    {
        using var scope = NewDisposeScope();
        var optimizer = Make(kind, ScalarType.Float32);
        var theta = Theta(ScalarType.Float32);
        var (_, state) = optimizer.Step(
            new ConstantGradient(Gradient(ScalarType.Float32, 0)),
            theta,
            optimizer.Init(Layout, theta, RandomStreams.FromSeed(1)));
        var saved = new Queue<Tensor>(state.Tensors.Select(tensor => tensor.clone()));
        var restored = optimizer.Init(Layout, theta, RandomStreams.FromSeed(1)).Map(_ => saved.Dequeue())
            with
        { StepCount = state.StepCount };
        var next = new ConstantGradient(Gradient(ScalarType.Float32, 1));

        var expected = optimizer.Step(next, theta, state).Update;
        var actual = optimizer.Step(next, theta, restored).Update;

        Assert.Empty(saved);
        Assert.True(Equal(expected, actual));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void StepsLeaveNoTensorBehind(string kind)
    {
        using var scope = NewDisposeScope();
        var optimizer = Make(kind, ScalarType.Float32);
        var theta = Theta(ScalarType.Float32);
        var state = optimizer.Init(Layout, theta, RandomStreams.FromSeed(1));
        var gradient = new ConstantGradient(Gradient(ScalarType.Float32, 0));
        List<long> counts = [];
        using var inner = NewDisposeScope();
        for (var step = 0; step < 8; step++)
        {
            (var update, state) = optimizer.Step(gradient, theta, state);
            inner.DisposeEverythingBut([update, .. state.Tensors]);
            counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }

        Assert.Single(counts.Skip(2).Distinct());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void StepsInPlaceAreTheSameSteps(string kind)
    {
        using var scope = NewDisposeScope();

        var expected = Run(Make(kind, ScalarType.Float32), ScalarType.Float32, steps: 3);
        var actual = Run(new InPlace(Make(kind, ScalarType.Float32)), ScalarType.Float32, steps: 3);

        Assert.Equal(expected.State.StepCount, actual.State.StepCount);
        Assert.All(
            expected.Updates.Concat(expected.State.Tensors).Zip(actual.Updates.Concat(actual.State.Tensors)),
            pair => Assert.True(Equal(pair.First, pair.Second)));
    }

    [Theory]
    [MemberData(nameof(LearnedKinds))]
    public void ATapeThatStepsInPlaceGivesTheSameMetaGradient(string kind)
    {
        using var scope = NewDisposeScope();
        var learned = Registry.MakeLearned(Default(Family.LearnedOptimizer, kind));
        var phi = learned.InitialPhi(RandomStreams.FromSeed(1)).to(float32);
        var (tape, inPlace) = (learned.Record(phi), learned.Record(phi));

        var updates = Run(tape, ScalarType.Float32, steps: 3).Updates;
        Run(new InPlace(inPlace), ScalarType.Float32, steps: 3);

        Assert.True(Equal(tape.TimesCotangents(updates), inPlace.TimesCotangents(updates)));
    }

    [Theory]
    [MemberData(nameof(LearnedKinds))]
    public void TheTapesUpdatesAreTheRules(string kind)
    {
        using var scope = NewDisposeScope();
        var learned = Registry.MakeLearned(Default(Family.LearnedOptimizer, kind));
        var phi = learned.InitialPhi(RandomStreams.FromSeed(1)).to(float32);

        var expected = Run(learned.At(phi), ScalarType.Float32, steps: 3).Updates;
        var tape = learned.Record(phi);
        var actual = Run(tape, ScalarType.Float32, steps: 3).Updates;
        var metaGradient = tape.TimesCotangents([.. actual.Select(update => ones_like(update))]);

        Assert.All(expected.Zip(actual), pair => Assert.True(pair.First.allclose(pair.Second, 1e-6, 1e-9)));
        Assert.Equal([learned.PhiLayout.Count], metaGradient.shape);
        Assert.True(metaGradient.isfinite().all().item<bool>());
        Assert.True(metaGradient.abs().sum().item<float>() > 0);
    }

    public static TheoryData<string> LearnedKinds => [.. Registry.Kinds(Family.LearnedOptimizer).Keys];

    private static (List<Tensor> Updates, RuleState State) Run(IOptimizer optimizer, ScalarType type, int steps)
    {
        var theta = Theta(type);
        var state = optimizer.Init(Layout, theta, RandomStreams.FromSeed(1));
        List<Tensor> updates = [];
        for (var step = 0; step < steps; step++)
        {
            (var update, state) = optimizer.Step(new ConstantGradient(Gradient(type, step)), theta, state);
            updates.Add(update);
            theta = theta + update;
        }

        return (updates, state);
    }

    private static IOptimizer Make(string kind, ScalarType type)
    {
        if (!Registry.Kinds(Family.LearnedOptimizer).ContainsKey(kind))
        {
            return Registry.MakeHandcrafted(Default(Family.HandcraftedOptimizer, kind));
        }

        var learned = Registry.MakeLearned(Default(Family.LearnedOptimizer, kind));
        return learned.At(learned.InitialPhi(RandomStreams.FromSeed(1)).to(type));
    }

    private static IOptions Default(Family family, string kind) =>
        (IOptions?)Activator.CreateInstance(Registry.Kinds(family)[kind])
        ?? throw new InvalidOperationException($"{kind} has no default options");

    private static bool Equal(Tensor a, Tensor b) => a.eq(b).all().item<bool>();

    private static Tensor Theta(ScalarType type) => arange(Layout.Count, dtype: float64).sin().to(type);

    private static Tensor Gradient(ScalarType type, int step) =>
        (arange(Layout.Count, dtype: float64) * (1.3 + step)).cos().mul(0.1).to(type);

    private sealed class InPlace(IOptimizer optimizer) : IOptimizer
    {
        private Tensor? _spent;

        public RuleState Init(ParameterLayout layout, Tensor theta, RandomStreams streams) =>
            optimizer.Init(layout, theta, streams);

        public (Tensor Update, RuleState State) Step(IGradientSource gradients, Tensor theta, RuleState state)
        {
            (_spent, var next) = optimizer.StepInPlace(gradients, theta, state, _spent);
            return (_spent.clone(), next);
        }
    }
}
