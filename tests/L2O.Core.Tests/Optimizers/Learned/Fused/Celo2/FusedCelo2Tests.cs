using L2O.Errors;
using L2O.Kernels;
using L2O.Kernels.Vectors;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Optimizers.Learned.Fused;
using L2O.Optimizers.Learned.Fused.Celo2;
using L2O.Randomness;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned.Fused.Celo2;

/// <summary>Celo2's kernel against the same rule in libtorch's operations.</summary>
public sealed class FusedCelo2Tests
{
    private const int Steps = 4;

    // Rows of less than a group, of whole groups, of groups and a rest; several chunks; a convolution, a square, a scalar.
    private static readonly ParameterLayout Mixed = new(
    [
        new("wide", 3, 37), new("bias", 3), new("tall", 70, 5), new("long", 90), new("kernel", 4, 3, 3, 3), new("scale"),
        new("square", 16, 16), new("chunks", 11, 784), new("one", 1, 40), new("column", 50, 1),
    ]);

    private static readonly ParameterLayout Small = new([new("hidden", 32, 64), new("bias", 32), new("output", 10, 32), new("bias2", 10)]);

    private static readonly Celo2Options Torch = new() { Backend = Backend.Torch, LearningRate = 0.01 };

    private static readonly Celo2Options Everything = Torch with
    {
        Hidden = [5, 7, 3],
        ExpMult = 0.7,
        WeightDecay = 0.3,
        MomentumDecays = [0.5, 0.9],
        FactoredDecays = [0.8, 0.95],
        Schedule = new() { Kind = ScheduleKind.Cosine, Warmup = 2, Steps = 5 },
    };

    public static TheoryData<int> Widths => [.. Enum.GetValues<VectorWidth>().Select(width => (int)width)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void InFloat64ItIsThatOfTorch(int width)
    {
        foreach (var options in new[] { Torch, Everything, Torch with { Hidden = [] } })
        {
            foreach (var layout in new[] { Mixed, Small })
            {
                AssertIsThatOfTorch(options, layout, float64, (VectorWidth)width, 1e-10, 1e-9);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void InFloat32ItIsThatOfTorchInFloat64(int width)
    {
        AssertIsThatOfTorch(Torch, Small, float32, (VectorWidth)width, 2e-6, 5e-5);
        AssertIsThatOfTorch(Everything, Mixed, float32, (VectorWidth)width, 2e-6, 5e-5);
    }

    [Fact]
    public void ThreadsAndMemoryChangeNoBit()
    {
        using var scope = NewDisposeScope();
        var run = Draw(Torch, Mixed, float32);
        var network = Celo2Optimizer.Network(Torch);
        FusedCelo2 alone = new(network, VectorWidths.Widest, threads: 1);
        FusedCelo2 together = new(network, VectorWidths.Widest, threads: 3);

        var (expected, tape) = (run.Updates(alone.At(run.Phi), Mixed), alone.Record(run.Phi));
        run.Updates(tape, Mixed);
        var metaGradient = tape.TimesCotangents(run.Cotangents);
        var tapeOfThree = together.Record(run.Phi);
        var inPlace = run.Updates(tapeOfThree, Mixed, isInPlace: true);

        Assert.Equal(Numbers(expected), Numbers(run.Updates(together.At(run.Phi), Mixed)));
        Assert.Equal(Numbers(expected), Numbers(run.Updates(together.At(run.Phi), Mixed, isInPlace: true)));
        Assert.Equal(Numbers(expected), Numbers(inPlace));
        Assert.Equal(Numbers(metaGradient), Numbers(tapeOfThree.TimesCotangents(run.Cotangents)));
    }

    [Fact]
    public void TheMetaGradientIsTheFiniteDifference()
    {
        using var scope = NewDisposeScope();
        var options = Everything with { Backend = Backend.Fused };
        Celo2Optimizer optimizer = new(options);
        ParameterLayout layout = new([new("weight", 3, 5), new("bias", 3)]);
        var run = Draw(options, layout, float64);
        var cotangents = stack(run.Cotangents);

        var tape = optimizer.Record(run.Phi);
        Assert.IsType<FusedTape>(tape);
        run.Updates(tape, layout);

        Support.Differences.AssertGradient(
            at => (run.Updates(optimizer.At(at), layout) * cotangents).sum().item<double>(),
            run.Phi,
            tape.TimesCotangents(run.Cotangents),
            tolerance: 1e-6);
    }

    [Fact]
    public void UnitsThatAreDeadTakeNoLonger()
    {
        using var scope = NewDisposeScope();
        Celo2Optimizer optimizer = new(new());
        var rule = optimizer.At(optimizer.InitialPhi(RandomStreams.FromSeed(1)).to(float32));
        var theta = ones(Small.Count);
        var gradient = zeros(Small.Count);
        var state = rule.Init(Small, theta, default);
        (_, state) = rule.Step(new ConstantGradient(full_like(gradient, 1e-6)), theta, state);
        for (var step = 0; step < 900; step++)
        {
            (_, state) = rule.StepInPlace(new ConstantGradient(gradient), theta, state);
        }

        var momenta = state.Tensors[0].abs();
        Assert.True(((momenta == 0) | (momenta >= KernelCode.Negligible)).all().item<bool>());
        Assert.True((momenta[0] == 0).all().item<bool>());
    }

    [Fact]
    public void AGradientThatIsNoNumberIsSeenInTheWholeTensor()
    {
        using var scope = NewDisposeScope();
        Celo2Optimizer optimizer = new(new());
        var rule = optimizer.At(optimizer.InitialPhi(RandomStreams.FromSeed(1)).to(float32));
        var (theta, gradient) = (ones(Small.Count), ones(Small.Count));
        gradient[100] = double.NaN;

        var (update, _) = rule.Step(new ConstantGradient(gradient), theta, rule.Init(Small, theta, default));

        var parts = Small.Split(update);
        Assert.True(parts[0].isnan().all().item<bool>());
        Assert.True(parts[1].isfinite().all().item<bool>());
    }

    [Fact]
    public void ItServesWhereItCanAndSaysWhereNot()
    {
        using var scope = NewDisposeScope();
        var phi = new Celo2Optimizer(new()).InitialPhi(RandomStreams.FromSeed(1));

        Assert.IsType<FusedRule>(new Celo2Optimizer(new()).At(phi.to(float32)));
        Assert.IsNotType<FusedRule>(new Celo2Optimizer(new()).At(phi));
        Assert.IsNotType<FusedRule>(new Celo2Optimizer(new() { Orthogonalize = true }).At(phi.to(float32)));
        Assert.IsNotType<FusedRule>(new Celo2Optimizer(new()).At(phi.to(float32).requires_grad_()));
        Assert.Throws<ConfigException>(() => new Celo2Optimizer(new() { Backend = Backend.Fused }).At(phi.detach().requires_grad_()));
        var problem = Assert.Single(new Celo2Options { Orthogonalize = true, Backend = Backend.Fused }.Problems());
        Assert.Contains("orthogonalize", problem.ToString(), StringComparison.Ordinal);
    }

    private static void AssertIsThatOfTorch(
        Celo2Options options, ParameterLayout layout, ScalarType type, VectorWidth width, double ofUpdates, double ofMetaGradient)
    {
        using var scope = NewDisposeScope();
        var exact = Draw(options, layout, float64);
        var run = Draw(options, layout, type);
        FusedCelo2 fused = new(Celo2Optimizer.Network(options), width, threads: 2);
        var (reference, tape) = (new Celo2Optimizer(options).Record(exact.Phi), fused.Record(run.Phi));
        Assert.IsType<AutogradTape>(reference);

        var expected = exact.Updates(reference, layout);
        var actual = run.Updates(tape, layout);

        long[] counts = [.. layout.Shapes.Select(shape => shape.Count)];
        foreach (var (shape, ofExpected, ofActual) in layout.Shapes.Zip(expected.split(counts, 1), actual.split(counts, 1)))
        {
            Relative.AssertNear(ofExpected, ofActual, ofUpdates, shape.Name);
        }

        Relative.AssertNear(
            reference.TimesCotangents(exact.Cotangents), tape.TimesCotangents(run.Cotangents), ofMetaGradient, "meta-gradient");
    }

    // Numbers that float32 holds too, so that both types start from the same.
    private static RecordedRun Draw(Celo2Options options, ParameterLayout layout, ScalarType type)
    {
        using var generator = RandomStreams.FromSeed(1).Generator("run");
        Tensor Normal() => randn(layout.Count, dtype: float64, generator: generator).to(float32).to(type);
        Celo2Optimizer optimizer = new(options);
        var phi = optimizer.InitialPhi(RandomStreams.FromSeed(2)) + (0.1 * arange(optimizer.PhiLayout.Count).sin());
        var sizes = pow(10, -(arange(layout.Count, dtype: float64) % 3)).to(float32).to(type);
        return new(
            phi.to(float32).to(type),
            [.. Enumerable.Range(0, Steps).Select(_ => Normal() * sizes)],
            [.. Enumerable.Range(0, Steps).Select(_ => Normal())],
            [.. Enumerable.Range(0, Steps).Select(_ => Normal() + 0.5)]);
    }

    private static float[] Numbers(Tensor tensor) => tensor.contiguous().data<float>().ToArray();

    /// <summary>A phi; each step's gradient, theta and cotangent.</summary>
    private sealed record RecordedRun(Tensor Phi, Tensor[] Gradients, Tensor[] Thetas, Tensor[] Cotangents)
    {
        /// <summary>[steps, N].</summary>
        internal Tensor Updates(IOptimizer rule, ParameterLayout layout, bool isInPlace = false)
        {
            var state = rule.Init(layout, Thetas[0], default);
            List<Tensor> updates = [];
            Tensor? spent = null;
            foreach (var (gradient, theta) in Gradients.Zip(Thetas))
            {
                (var update, state) = isInPlace
                    ? rule.StepInPlace(new ConstantGradient(gradient), theta, state, spent)
                    : rule.Step(new ConstantGradient(gradient), theta, state);
                spent = update;
                updates.Add(update.clone());
            }

            return stack(updates);
        }
    }
}
