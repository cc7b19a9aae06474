using System.Text.Json;
using L2O.MetaTraining;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned;

public sealed class ScaleOptimizerTests
{
    [Fact]
    public void UpdatesAndTheirVectorJacobianProductAreTheGoldenOnes()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read("scale_updates");
        var scale = new ScaleOptimizer(new());
        var layout = new ParameterLayout(golden.GetProperty("layout").EnumerateArray().Select((sizes, i) =>
            new ParameterShape($"{i}", [.. sizes.EnumerateArray().Select(size => size.GetInt64())])));
        var gradients = Golden.Tensor(golden.GetProperty("gradients"));
        var tape = scale.Record(Golden.Phi(scale.PhiLayout, golden.GetProperty("weights")));

        var updates = Run(
            tape, layout, gradients, state => state with { LogLearningRate = LogLearningRate(golden, layout) });
        var vjp = tape.TimesCotangents([.. Golden.Tensor(golden.GetProperty("cotangents")).unbind()]);

        var expected = golden.GetProperty("expected_updates").GetProperty("values");
        Golden.AssertClose(Golden.Doubles(expected), stack(updates).flatten(), 1e-9);
        Golden.AssertGradient(scale.PhiLayout, golden.GetProperty("expected_vjp"), vjp, 1e-9);
    }

    [Theory]
    [InlineData(new[] { 10, 20, 20 }, 8349)]
    [InlineData(new[] { 10, 20 }, 8349 - 630 - 1260 - 2460 - 20)]
    [InlineData(new[] { 10 }, 8349 - 630 - 1260 - 2460 - 20 - 630 - 2580 - 20)]
    public void PhiHasAsManyParametersAsTheReference(int[] levels, long count) =>
        Assert.Equal(count, new ScaleOptimizer(new() { Levels = levels }).PhiLayout.Count);

    [Fact]
    public void InitialWeightsHaveTheReferencesSpread()
    {
        using var scope = NewDisposeScope();
        var scale = new ScaleOptimizer(new());
        var phi = Named(scale, scale.InitialPhi(RandomStreams.FromSeed(1)));

        Assert.Equal(0.5 / Math.Sqrt(42), phi["tensor_rnn/gates_weight"].std().item<double>(), 0.005);
        Assert.Equal(0.5 / Math.Sqrt(20), phi["global_to_tensor/weight"].std().item<double>(), 0.005);
        Assert.True(phi["parameter_rnn/gates_bias"].eq(2.2).all().item<bool>());
        Assert.True(phi["tensor_rnn/initial"].abs().max().item<double>() is > 0.5 and <= 1);
        Assert.Equal(0.25, phi["gradient_shortcut/weight"].mean().item<double>(), 0.1);
        Assert.Equal(
            [3.2, 2.2, 0, 3.2, -1],
            new[] { "scale_decay/bias", "input_decay/bias", "learning_rate/bias" }
                .Concat(["learning_rate_momentum", "step_offset"])
                .Select(name => phi[name].item<double>()));
    }

    // With nothing but the shortcut, every timescale sees the gradient's sign.
    [Fact]
    public void TheFirstStepIsTheSignTimesTheLearningRate()
    {
        using var scope = NewDisposeScope();
        var scale = new ScaleOptimizer(new());
        var rule = scale.At(ShortcutOnly(scale));
        var theta = Layout.Shapes.Count + zeros(Layout.Count, dtype: float64);
        var gradient = Gradient(step: 0);
        var state = (ScaleState)rule.Init(Layout, theta, RandomStreams.FromSeed(1));

        var (update, next) = rule.Step(new ConstantGradient(gradient), theta, state);

        var expected = -gradient.sign() * (LogRates(state) - 1).exp();
        Golden.AssertClose(expected.data<double>().ToArray(), update, MeanSquareOffset);
        Assert.True(((ScaleState)next).Accumulators.eq(gradient).all().item<bool>());
        Assert.True(((ScaleState)next).MeanSquares.eq(gradient.square() + 1e-12).all().item<bool>());
    }

    [Fact]
    public void WithoutLearningRatesTheFirstStepIsTheMeanOfTheScaledGradients()
    {
        using var scope = NewDisposeScope();
        var scale = new ScaleOptimizer(new() { DynamicOutputScale = false, UseRelativeLr = false });
        var rule = scale.At(ShortcutOnly(scale));
        var theta = zeros(Layout.Count, dtype: float64);
        var gradient = Gradient(step: 0);

        var (update, _) = rule.Step(
            new ConstantGradient(gradient), theta, rule.Init(Layout, theta, RandomStreams.FromSeed(1)));

        Golden.AssertClose((-0.8813735870195429 * gradient.sign()).data<double>().ToArray(), update, MeanSquareOffset);
    }

    [Fact]
    public void EachTensorsDirectionHasARootMeanSquareOfOne()
    {
        using var scope = NewDisposeScope();
        var scale = new ScaleOptimizer(new());
        var rule = scale.At(scale.InitialPhi(RandomStreams.FromSeed(1)));
        var theta = zeros(Layout.Count, dtype: float64);
        var state = (ScaleState)rule.Init(Layout, theta, RandomStreams.FromSeed(1));

        var (update, _) = rule.Step(new ConstantGradient(Gradient(step: 0)), theta, state);

        var direction = update / (LogRates(state) - 1).exp();
        Assert.All(Layout.Split(direction), part => Assert.Equal(1, part.square().mean().item<double>(), 1e-9));
    }

    [Fact]
    public void InitialLearningRatesLieBetweenTheirBounds()
    {
        using var scope = NewDisposeScope();
        var layout = new ParameterLayout([new("a", 4000), new("b", 4000)]);

        var rates = InitialLogRates(new() { MinLr = 1e-5, MaxLr = 1e-3 }, layout);
        var equal = InitialLogRates(new() { MinLr = 1e-4, MaxLr = 1e-4 }, layout);

        var (low, high) = (Math.Log(1e-5), Math.Log(1e-3));
        Assert.True(rates.min().item<double>() > low && rates.max().item<double>() < high);
        foreach (var part in layout.Split(rates))
        {
            // One half of the range is drawn for each scalar: uniform, of that width.
            Assert.Equal((high - low) / 2 / Math.Sqrt(12), part.std().item<double>(), 0.02);
        }

        Assert.True((equal - Math.Log(1e-4)).abs().max().item<double>() < 1e-12);
    }

    public static TheoryData<ScaleOptions> Variants =>
    [
        new ScaleOptions(),
        new ScaleOptions { Levels = [4] },
        new ScaleOptions { Levels = [4, 6] },
        new ScaleOptions { LearnableDecay = false },
        new ScaleOptions { LearnableInpDecay = false },
        new ScaleOptions { DynamicOutputScale = false, UseRelativeLr = false },
        new ScaleOptions { ZeroInitLrWeights = false },
        new ScaleOptions { NumGradientScales = 1 },
        new ScaleOptions { UseLogMeansSquared = false },
        new ScaleOptions { UseRelativeLr = false },
        new ScaleOptions { UseProblemLrMean = false },
        new ScaleOptions { UseExtremeIndicator = true },
        new ScaleOptions { UseLrShortcut = true },
        new ScaleOptions { UseGradProducts = false },
        new ScaleOptions { UseGradProducts = false, UseLogMeansSquared = false, UseRelativeLr = false },
        new ScaleOptions { UseGradientShortcut = false },
        new ScaleOptions { UseMultipleScaleDecays = true },
        new ScaleOptions { GlobalInput = GlobalInput.Last },
        new ScaleOptions { UseAttention = true },
        new ScaleOptions
        {
            UseAttention = true, UseGradientShortcut = false, DynamicOutputScale = false, UseRelativeLr = false,
        },
    ];

    [Theory]
    [MemberData(nameof(Variants))]
    public void TheVectorJacobianProductIsTheFiniteDifference(ScaleOptions options)
    {
        using var scope = NewDisposeScope();
        Assert.Empty(options.Problems());
        var scale = new ScaleOptimizer(options);
        var phi = scale.InitialPhi(RandomStreams.FromSeed(1));
        var direction = randn(scale.PhiLayout.Count, dtype: float64, generator: new(1));
        var gradients = stack([.. Enumerable.Range(0, 4).Select(Gradient)]);
        var cotangents = randn(4, Layout.Count, dtype: float64, generator: new(2));
        double Value(Tensor at) =>
            (stack(Run(scale.At(at), Layout, gradients, state => state)) * cotangents).sum().item<double>();

        const double h = 1e-6;
        var difference = (Value(phi + (h * direction)) - Value(phi - (h * direction))) / (2 * h);
        var tape = scale.Record(phi);
        Run(tape, Layout, gradients, state => state);
        var vjp = tape.TimesCotangents([.. cotangents.unbind()]);

        // Rounding of the two values, 1e-16 over h, and h squared times the third derivative.
        var tolerance = 1e-7 * vjp.norm().item<double>() * direction.norm().item<double>();
        Assert.Equal(difference, vjp.dot(direction).item<double>(), tolerance);
        Assert.NotEqual(0, difference);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void ARestoredStateGoesOnTheSame(ScaleOptions options)
    {
        using var scope = NewDisposeScope();
        var scale = new ScaleOptimizer(options);
        var rule = scale.At(scale.InitialPhi(RandomStreams.FromSeed(1)));
        var theta = zeros(Layout.Count, dtype: float64);
        var (_, state) = rule.Step(
            new ConstantGradient(Gradient(0)), theta, rule.Init(Layout, theta, RandomStreams.FromSeed(1)));
        var saved = new Queue<Tensor>(state.Tensors.Select(tensor => tensor.clone()));
        var restored = rule.Init(Layout, theta, RandomStreams.FromSeed(2)).Map(_ => saved.Dequeue());

        var expected = rule.Step(new ConstantGradient(Gradient(1)), theta, state).Update;
        var actual = rule.Step(new ConstantGradient(Gradient(1)), theta, restored).Update;

        Assert.Empty(saved);
        Assert.Equal(expected.data<double>().ToArray(), actual.data<double>().ToArray());
    }

    [Fact]
    public void InitialStatesThatAreNotLearnedHaveNoGradient()
    {
        using var scope = NewDisposeScope();
        var scale = new ScaleOptimizer(new() { LearnableRnnInit = false });
        var tape = scale.Record(scale.InitialPhi(RandomStreams.FromSeed(1)));
        var updates = Run(tape, Layout, stack([Gradient(0), Gradient(1)]), state => state);

        var vjp = Named(scale, tape.TimesCotangents(updates));

        Assert.All(
            vjp.Where(pair => pair.Key.EndsWith("/initial", StringComparison.Ordinal)),
            pair => Assert.Equal(0, pair.Value.norm().item<double>()));
        Assert.NotEqual(0, vjp["update/weight"].norm().item<double>());
    }

    [Theory]
    [InlineData(GlobalInput.Mean, true)]
    [InlineData(GlobalInput.Last, false)]
    public void TheOrderOfTensorsMattersOnlyWhereTheLastOneIsSeen(GlobalInput input, bool isInvariant)
    {
        using var scope = NewDisposeScope();
        var scale = new ScaleOptimizer(new() { GlobalInput = input });
        var rule = scale.At(scale.InitialPhi(RandomStreams.FromSeed(1)));
        var layout = new ParameterLayout([new("a", 3), new("b", 3)]);
        var gradients = (arange(18, dtype: float64) * 1.3).cos().view(3, 6);
        ScaleState EqualRates(ScaleState state) => state with { LogLearningRate = full([1, 6], -7.0, dtype: float64) };

        var there = stack(Run(rule, layout, gradients, EqualRates));
        var back = stack(Run(rule, layout, gradients.roll(3, 1), EqualRates)).roll(3, 1);

        Assert.Equal(isInvariant, there.allclose(back, 1e-10, 1e-15));
    }

    [Fact]
    public void AttentionTakesGradientsWhereItLooked()
    {
        using var scope = NewDisposeScope();
        var scale = new ScaleOptimizer(new() { UseAttention = true });
        var phi = ShortcutOnly(scale);
        var rule = scale.At(phi);
        var theta = (Gradient(3) * 5).detach();
        var state = (ScaleState)rule.Init(Layout, theta, RandomStreams.FromSeed(1));
        var gradients = new LossGradients(new FunctionLoss(x => x.square().sum()));

        var (_, next) = rule.Step(gradients, theta, state);
        var (_, last) = rule.Step(gradients, theta, next);

        // As the update, but without its offset of -1.
        var attended = theta - (theta.sign() * LogRates(state).exp());
        Golden.AssertClose(attended.data<double>().ToArray(), next.Tensors[^1], 1e-8);
        var decay = Math.Sqrt(1 / (1 + Math.Exp(-2.2)));
        var mean = ((1 - decay) * 2 * attended) + (decay * 2 * theta);
        Golden.AssertClose(mean.data<double>().ToArray(), ((ScaleState)last).Accumulators[1], 1e-8);
    }

    [Fact]
    public void SecondDerivativesAreTheFiniteDifferenceAndFiniteWithoutAGradient()
    {
        using var scope = NewDisposeScope();
        var scale = new ScaleOptimizer(new() { MinLr = 1e-2, MaxLr = 1e-1 });
        var phi = scale.InitialPhi(RandomStreams.FromSeed(1));
        var problem = new FunctionOptimizee(
            x => (x[..2].square() * tensor(new[] { 1.0, 3.0 })).sum(), [0.8, -0.6, 1.1]);
        var plan = new UnrollPlan(problem.Layout, problem, default, 4, new(MetaLossForm.Mean), UnrollRegularizer.None);
        UnrollResult Result(Tensor at) =>
            Unroll.ByWholeGraph(scale, at, plan, new(0, problem.InitialTheta(), Optimizer: null));

        var gradient = Result(phi).MetaGradient;

        Differences.AssertGradient(at => Result(at).MetaLoss, phi, gradient, tolerance: 1e-6);
        Assert.True(gradient.norm().item<double>() > 1e-5);
    }

    [Fact]
    public void DecaysThatVanishKeepEveryDerivativeFinite()
    {
        using var scope = NewDisposeScope();
        var scale = new ScaleOptimizer(new() { UseMultipleScaleDecays = true });
        var phi = scale.InitialPhi(RandomStreams.FromSeed(1)).to(float32);
        var named = Named(scale, phi);
        named["input_decay/bias"].fill_(-200);
        named["scale_decay/bias"].fill_(-200);
        var tape = scale.Record(phi);

        var updates = Run(tape, Layout, stack([Gradient(0), Gradient(1), Gradient(2)]).to(float32), state => state);

        Assert.True(tape.TimesCotangents(updates).isfinite().all().item<bool>());
    }

    [Fact]
    public void OptionsThatNeedLearningRatesSaySo()
    {
        var options = new ScaleOptions { DynamicOutputScale = false, UseLrShortcut = true, Levels = [], MinLr = 1 };

        Assert.Equal(
            ["levels", "use_relative_lr", "use_lr_shortcut", "min_lr"],
            options.Problems().Select(problem => problem.Key));
    }

    // What 1e-12 in the mean squares does to the smallest gradient here, 0.005.
    private const double MeanSquareOffset = 1e-7;

    private static readonly ParameterLayout Layout = new([new("weight", 3, 4), new("bias", 3), new("scale")]);

    private static Tensor Gradient(int step) => (arange(Layout.Count, dtype: float64) * (1.3 + step)).cos().mul(0.1);

    private static Dictionary<string, Tensor> Named(ScaleOptimizer scale, Tensor phi) =>
        scale.PhiLayout.Shapes.Zip(scale.PhiLayout.Split(phi))
            .ToDictionary(pair => pair.First.Name, pair => pair.Second);

    private static Tensor ShortcutOnly(ScaleOptimizer scale)
    {
        var phi = scale.InitialPhi(RandomStreams.FromSeed(1));
        foreach (var (name, part) in Named(scale, phi))
        {
            if (name is "update/weight" or "attention/weight" or "input_decay/weight")
            {
                part.zero_();
            }

            if (name.EndsWith("shortcut/weight", StringComparison.Ordinal))
            {
                part.fill_(0.25);
            }
        }

        return phi;
    }

    private static Tensor InitialLogRates(ScaleOptions options, ParameterLayout layout)
    {
        var scale = new ScaleOptimizer(options);
        var rule = scale.At(scale.InitialPhi(RandomStreams.FromSeed(1)));
        var state = (ScaleState)rule.Init(layout, zeros(layout.Count, dtype: float64), RandomStreams.FromSeed(1));
        return LogRates(state);
    }

    private static Tensor LogRates(ScaleState state)
    {
        Assert.NotNull(state.LogLearningRate);
        return state.LogLearningRate.squeeze(0);
    }

    private static Tensor LogLearningRate(JsonElement golden, ParameterLayout layout)
    {
        var b = Golden.Doubles(golden.GetProperty("initial_log_learning_rate_b"));
        var values = layout.Shapes.SelectMany((shape, j) =>
            Enumerable.Range(1, (int)shape.Count).Select(i => -9 + (2.0 * Math.Sin(b[j] * i))));
        return tensor(values.ToArray()).unsqueeze(0);
    }

    private static List<Tensor> Run(
        IOptimizer rule, ParameterLayout layout, Tensor gradients, Func<ScaleState, ScaleState> prepare)
    {
        var theta = zeros(layout.Count, dtype: gradients.dtype);
        RuleState state = prepare((ScaleState)rule.Init(layout, theta, RandomStreams.FromSeed(1)));
        List<Tensor> updates = [];
        for (var step = 0; step < gradients.shape[0]; step++)
        {
            (var update, state) = rule.Step(new ConstantGradient(gradients[step]), theta, state);
            updates.Add(update);
        }

        return updates;
    }
}
