using System.Text.Json;
using L2O.Errors;
using L2O.Kernels;
using L2O.MetaTraining;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused;
using L2O.Kernels.Vectors;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned.Fused;

/// <summary>The fused rule and tape against golden cases, libtorch's tape and finite differences.</summary>
public sealed class FusedBackendTests
{
    public static TheoryData<int> Widths => [.. Enum.GetValues<VectorWidth>().Select(width => (int)width)];

    public static TheoryData<int, int[], int, int> Windows
    {
        get
        {
            var cases = new TheoryData<int, int[], int, int>();
            foreach (var width in Widths.Select(row => row.Data))
            {
                cases.Add(width, [20, 20], 100, 5);
                cases.Add(width, [1], 7, 3);
                cases.Add(width, [5, 3, 2], 48, 1);
                cases.Add(width, [7], 301, 20);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void UpdatesOfDmAreTheGoldenOnes(int width)
    {
        var golden = Golden.Read("dm_updates");
        var dm = Dm(golden);
        AssertUpdatesAreGolden(
            golden, new DmOptimizer(dm).PhiLayout, new(DmOptimizer.Network(dm), (VectorWidth)width, threads: 1));
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void UpdatesOfRnnPropAreTheGoldenOnes(int width)
    {
        var golden = Golden.Read("rnnprop_updates");
        var rnnProp = RnnProp(golden);
        AssertUpdatesAreGolden(
            golden,
            new RnnProp(rnnProp).PhiLayout,
            new(L2O.Optimizers.Learned.RnnProp.Network(rnnProp), (VectorWidth)width, threads: 1));
    }

    [Theory]
    [InlineData("meta_gradient_dm_quadratic_first_order")]
    [InlineData("meta_gradient_rnnprop_quadratic_first_order")]
    public void MetaGradientsAreTheGoldenOnes(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read(name);
        ILearnedOptimizer optimizer = golden.GetProperty("optimizer").GetProperty("kind").GetString() == "dm"
            ? new DmOptimizer(Dm(golden))
            : new RnnProp(RnnProp(golden));
        var phi = Golden.Phi(optimizer.PhiLayout, golden.GetProperty("weights"));
        var problem = GoldenQuadratic.From(golden);
        var length = golden.GetProperty("T").GetInt32();
        var plan = new UnrollPlan(
            problem.Layout, problem, default, length, new(MetaLossForm.Mean), UnrollRegularizer.None);

        Assert.IsType<FusedTape>(optimizer.Record(phi));
        var result = Unroll.ByCotangents(optimizer, phi, plan, new(0, problem.InitialTheta(), Optimizer: null));

        var expected = golden.GetProperty("expected");
        var metaLoss = expected.GetProperty("meta_loss").GetDouble();
        Assert.Equal(metaLoss, result.MetaLoss, 1e-9 * Math.Abs(metaLoss));
        Golden.AssertGradient(optimizer.PhiLayout, expected.GetProperty("gradients"), result.MetaGradient, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void DmIsThatOfTorch(int width, int[] hidden, int count, int steps)
    {
        var options = new DmOptions { Hidden = hidden, Backend = Backend.Torch };
        AssertIsThatOfTorch(new DmOptimizer(options), DmOptimizer.Network(options), width, count, steps);
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void DmWithoutPreprocessingIsThatOfTorch(int width)
    {
        var options = new DmOptions
        {
            Hidden = [6, 9],
            Preprocessing = Preprocessing.None,
            OutputScale = 1,
            Backend = Backend.Torch,
        };
        AssertIsThatOfTorch(new DmOptimizer(options), DmOptimizer.Network(options), width, count: 70, steps: 6);
    }

    [Theory]
    [MemberData(nameof(Windows))]
    public void RnnPropIsThatOfTorch(int width, int[] hidden, int count, int steps)
    {
        var options = new RnnPropOptions { Hidden = hidden, InputSize = hidden[0] + 3, Backend = Backend.Torch };
        AssertIsThatOfTorch(
            new RnnProp(options), L2O.Optimizers.Learned.RnnProp.Network(options), width, count, steps);
    }

    [Theory]
    [InlineData(Family.Dm)]
    [InlineData(Family.RnnProp)]
    public void TheMetaGradientIsTheFiniteDifference(Family family)
    {
        using var scope = NewDisposeScope();
        var optimizer = Make(family, Backend.Fused, hidden: [3, 2]);
        var window = Window.Draw(optimizer, count: 5, steps: 4);
        var direction = randn_like(window.Phi);
        double ValueAt(Tensor phi) =>
            (window.Through(optimizer.Record(phi)).Updates * window.Cotangents).sum().item<double>();

        const double h = 1e-5;
        var difference = (ValueAt(window.Phi + (h * direction)) - ValueAt(window.Phi - (h * direction))) / (2 * h);
        var (_, metaGradient) = window.Through(optimizer.Record(window.Phi));

        Assert.Equal(difference, metaGradient.dot(direction).item<double>(), 1e-8 * Math.Max(1, Math.Abs(difference)));
    }

    [Theory]
    [InlineData(Family.Dm)]
    [InlineData(Family.RnnProp)]
    public void ATapeTakesTheStateItStartsFromAsAConstant(Family family)
    {
        using var scope = NewDisposeScope();
        var window = Window.Draw(Make(family, Backend.Torch, [4, 5]), count: 60, steps: 8);
        var (first, rest) = (window.Steps(0, 3), window.Steps(3, 5));

        List<(Tensor Updates, Tensor MetaGradient)> results = [];
        foreach (var backend in new[] { Backend.Torch, Backend.Fused })
        {
            var optimizer = Make(family, backend, [4, 5]);
            var (_, state) = Window.Run(optimizer.At(first.Phi), first.Gradients.unbind(), start: null);
            var tape = optimizer.Record(rest.Phi);
            var (updates, _) = Window.Run(tape, rest.Gradients.unbind(), state);
            results.Add((stack(updates), tape.TimesCotangents(rest.Cotangents.unbind())));
        }

        Relative.AssertNear(results[0].Updates, results[1].Updates, 1e-12);
        Relative.AssertNear(results[0].MetaGradient, results[1].MetaGradient, 1e-10);
    }

    [Theory]
    [InlineData(Family.Dm)]
    [InlineData(Family.RnnProp)]
    public void AnyNumberOfThreadsGivesTheSameBits(Family family)
    {
        using var scope = NewDisposeScope();
        var window = Window.Draw(Make(family, Backend.Torch, [20, 20]), count: 3001, steps: 3).To(float32);

        (Tensor Updates, Tensor MetaGradient) By(int threads) =>
            window.Through(new FusedBackend(Network(family), VectorWidths.Widest, threads).Record(window.Phi));

        var (one, two) = (By(threads: 1), By(threads: 2));

        Assert.True(one.Updates.eq(two.Updates).all().item<bool>());
        Assert.True(one.MetaGradient.eq(two.MetaGradient).all().item<bool>());
    }

    [Theory]
    [InlineData(Family.Dm, double.NaN)]
    [InlineData(Family.Dm, double.PositiveInfinity)]
    [InlineData(Family.RnnProp, double.NaN)]
    [InlineData(Family.RnnProp, double.NegativeInfinity)]
    public void AGradientThatIsNotFiniteMakesItsOwnUpdateNaN(Family family, double broken)
    {
        using var scope = NewDisposeScope();
        var window = Window.Draw(Make(family, Backend.Torch, [20, 20]), count: 100, steps: 3).To(float32);
        window.Gradients[1, 17] = (float)broken;
        IOptimizer[] rules =
        [
            Make(family, Backend.Torch, [20, 20]).At(window.Phi),
            .. Enum.GetValues<VectorWidth>().Select(width => new FusedBackend(Network(family), width, threads: 1).At(window.Phi)),
        ];
        foreach (var rule in rules)
        {
            var finite = stack(Window.Run(rule, window.Gradients.unbind(), start: null).Updates).isfinite();

            Assert.True(finite[0].all().item<bool>());
            Assert.Equal(99, finite[1].sum().item<long>());
            Assert.Equal(99, finite[2].sum().item<long>());
            Assert.False(finite[1, 17].item<bool>() || finite[2, 17].item<bool>());
        }
    }

    [Fact]
    public void AutoIsFusedForFloat32AndTorchElsewhere()
    {
        using var scope = NewDisposeScope();
        var dm = new DmOptimizer(new());
        var phi = dm.InitialPhi(RandomStreams.FromSeed(1));

        Assert.IsType<FusedRule>(dm.At(phi.to(float32)));
        Assert.IsType<FusedTape>(dm.Record(phi.to(float32)));
        Assert.IsNotType<FusedRule>(dm.At(phi));
        Assert.IsNotType<FusedRule>(dm.At(phi.to(float32).requires_grad_()));
        Assert.IsType<AutogradTape>(new DmOptimizer(new() { Backend = Backend.Torch }).Record(phi.to(float32)));
        Assert.Throws<ConfigException>(
            () => new DmOptimizer(new() { Backend = Backend.Fused }).At(phi.requires_grad_()));
    }

    [Fact]
    public void ATapeRefusesStatesAndCotangentsThatAreNotItsOwn()
    {
        using var scope = NewDisposeScope();
        var optimizer = Make(Family.Dm, Backend.Fused, [3]);
        var window = Window.Draw(optimizer, count: 5, steps: 2);
        var tape = optimizer.Record(window.Phi);
        var start = tape.Init(new([new("theta", 5)]), window.Gradients[0], default);
        tape.Step(new ConstantGradient(window.Gradients[0]), window.Gradients[0], start);

        Assert.Throws<InvalidOperationException>(
            () => tape.Step(new ConstantGradient(window.Gradients[1]), window.Gradients[1], start));
        Assert.Throws<ArgumentException>(() => tape.TimesCotangents(window.Cotangents.unbind()));
    }

    [Theory]
    [InlineData(Family.Dm)]
    [InlineData(Family.RnnProp)]
    public void WithoutCoordinatesTheMetaGradientIsZero(Family family)
    {
        using var scope = NewDisposeScope();
        foreach (var backend in new[] { Backend.Torch, Backend.Fused })
        {
            var optimizer = Make(family, backend, [3]);
            var window = Window.Draw(optimizer, count: 0, steps: 2);

            var (updates, metaGradient) = window.Through(optimizer.Record(window.Phi));

            Assert.Equal([2, 0], updates.shape);
            Assert.Equal(0, metaGradient.abs().max().item<double>());
        }
    }

    public enum Family
    {
        Dm,
        RnnProp,
    }

    private static ILearnedOptimizer Make(Family family, Backend backend, int[] hidden) => family == Family.Dm
        ? new DmOptimizer(new() { Hidden = hidden, Backend = backend })
        : new RnnProp(new() { Hidden = hidden, Backend = backend });

    private static CoordinatewiseNetwork Network(Family family) => family == Family.Dm
        ? DmOptimizer.Network(new())
        : L2O.Optimizers.Learned.RnnProp.Network(new());

    private static int[] Hidden(JsonElement golden) =>
        [.. golden.GetProperty("optimizer").GetProperty("hidden").EnumerateArray().Select(size => size.GetInt32())];

    private static DmOptions Dm(JsonElement golden) => new()
    {
        Hidden = Hidden(golden),
        OutputScale = golden.GetProperty("optimizer").GetProperty("output_scale").GetDouble(),
        Backend = Backend.Fused,
    };

    private static RnnPropOptions RnnProp(JsonElement golden) => new()
    {
        Hidden = Hidden(golden),
        OutputScale = golden.GetProperty("optimizer").GetProperty("output_scale").GetDouble(),
        Backend = Backend.Fused,
    };

    private static void AssertUpdatesAreGolden(JsonElement golden, ParameterLayout layout, FusedBackend fused)
    {
        using var scope = NewDisposeScope();
        var phi = Golden.Phi(layout, golden.GetProperty("weights"));
        var gradients = Golden.Tensor(golden.GetProperty("gradients"));

        var (updates, _) = Window.Run(fused.At(phi), gradients.unbind(), start: null);

        var expected = golden.GetProperty("expected_updates").GetProperty("values");
        Golden.AssertClose(Golden.Doubles(expected), stack(updates).flatten(), 1e-9);
    }

    // In float32 what arithmetic of this depth leaves; libtorch's own is no closer.
    private static void AssertIsThatOfTorch(
        ILearnedOptimizer optimizer, CoordinatewiseNetwork network, int width, int count, int steps)
    {
        using var scope = NewDisposeScope();
        var window = Window.Draw(optimizer, count, steps);
        var fused = new FusedBackend(network, (VectorWidth)width, threads: 2);

        var expected = window.Through(optimizer.Record(window.Phi));
        var actual = window.Through(fused.Record(window.Phi));
        var single = window.To(float32).Through(fused.Record(window.Phi.to(float32)));

        Relative.AssertNear(expected.Updates, actual.Updates, 1e-12);
        Relative.AssertNear(expected.Updates, single.Updates, 2e-6);
        foreach (var (i, shape) in optimizer.PhiLayout.Shapes.Index())
        {
            var part = optimizer.PhiLayout.Split(expected.MetaGradient)[i];
            Relative.AssertNear(part, optimizer.PhiLayout.Split(actual.MetaGradient)[i], 1e-10, shape.Name);
            Relative.AssertNear(part, optimizer.PhiLayout.Split(single.MetaGradient)[i], 5e-5, shape.Name);
        }
    }
}
