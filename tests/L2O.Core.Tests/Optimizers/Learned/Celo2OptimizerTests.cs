using L2O.Checkpoints;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Registration;
using L2O.Storage;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned;

public sealed class Celo2OptimizerTests
{
    // Wide, a vector, tall, a scalar and square.
    private static readonly ParameterLayout Layout =
        new([new("wide", 2, 3), new("bias", 4), new("tall", 5, 2), new("scale"), new("square", 3, 3)]);

    private static readonly (int Rows, int Columns)[] Shapes = [(2, 3), (0, 4), (5, 2), (0, 1), (3, 3)];

    private static readonly Celo2Options Base = new() { ExpMult = 0.3, WeightDecay = 0.2, LearningRate = 0.01 };

    private static readonly Celo2Options Orthogonal = Base with { Orthogonalize = true, AdamLrMult = 3 };

    public static TheoryData<bool> Variants => [false, true];

    [Fact]
    public void PhiHasThirtyInputsTwoLayersOfEightAndThreeOutputs() =>
        Assert.Equal((31 * 8) + (9 * 8) + (9 * 3), new Celo2Optimizer(new()).PhiLayout.Count);

    [Theory]
    [MemberData(nameof(Variants))]
    public void UpdatesAreThoseOfTheFormulasEntryByEntry(bool orthogonalize)
    {
        using var scope = NewDisposeScope();
        var options = Options(orthogonalize);
        var optimizer = new Celo2Optimizer(options);
        var phi = Phi(optimizer);
        Celo2Reference reference = new(options, [.. optimizer.PhiLayout.Split(phi).Select(Numbers)], Shapes);
        var rule = optimizer.At(phi);
        var theta = arange(Layout.Count, dtype: float64).cos();
        var state = rule.Init(Layout, theta, default);
        for (var step = 0; step < 5; step++)
        {
            (var update, state) = rule.Step(new ConstantGradient(Gradient(step)), theta, state);

            Golden.AssertClose(reference.Step(Numbers(Gradient(step)), Numbers(theta)), update, 1e-9, scale: 1e-4);
            theta += update;
        }
    }

    // With a network that hands on one feature, the gradient in units of its rows and columns. Of the gradient 1 2 3 / 4 5 6 the mean
    // squares are 14/3 and 77/3 over rows, 17/2, 29/2 and 45/2 over columns. The first entry's feature is proportional to the root of
    // 1 (91/6)/(14/3) / (17/2) = 0.382353, the mean over all six of such squares is 0.942578, and 0.636904 is the root of their ratio.
    [Fact]
    public void TheFirstStepIsWhatOneWorksOutByHand()
    {
        using var scope = NewDisposeScope();
        Celo2Options options = new() { Hidden = [] };
        var optimizer = new Celo2Optimizer(options);
        var weight = zeros(3, 30, dtype: float64);
        weight[0, 11] = 1;
        var rule = optimizer.At(optimizer.PhiLayout.Join([weight, zeros(3, dtype: float64)]));
        var theta = zeros(6, dtype: float64);

        var (update, _) = rule.Step(
            new ConstantGradient(arange(1, 7, dtype: float64)), theta, rule.Init(new([new("weight", 2, 3)]), theta, default));

        Assert.Equal(-0.000636904, update[0].item<double>(), 1e-9);
    }

    // Of a vector the network sees the gradient 3 4 as 3 and 4 over the root of 12.5, and nothing of rows and columns.
    [Fact]
    public void OfAVectorTheFeaturesOfMatricesAreZero()
    {
        using var scope = NewDisposeScope();
        var optimizer = new Celo2Optimizer(new() { Hidden = [] });
        var weight = zeros(3, 30, dtype: float64);
        weight[0, 0] = 1;
        weight[0, TensorIndex.Slice(15, 30)] = 100;
        var rule = optimizer.At(optimizer.PhiLayout.Join([weight, zeros(3, dtype: float64)]));
        var theta = zeros(2, dtype: float64);

        var (update, _) = rule.Step(
            new ConstantGradient(tensor(new double[] { 3, 4 })), theta, rule.Init(new([new("bias", 2)]), theta, default));

        Golden.AssertClose([-0.000848528, -0.001131371], update, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void EveryTensorMovesByTheLearningRate(bool orthogonalize)
    {
        using var scope = NewDisposeScope();
        var optimizer = new Celo2Optimizer(new() { LearningRate = 0.02, Orthogonalize = orthogonalize });
        var updates = Run(optimizer.At(Phi(optimizer)), Layout, float64);

        Assert.All(Layout.Split(updates[^1]).Where(part => part.Dimensions > 1), part => Assert.Equal(
            0.02, part.square().mean().sqrt().item<double>(), 1e-8));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void AConvolutionsKernelIsTheMatrixOfItsOutputs(bool orthogonalize)
    {
        using var scope = NewDisposeScope();
        var optimizer = new Celo2Optimizer(Options(orthogonalize));
        var rule = optimizer.At(Phi(optimizer));

        var kernel = Run(rule, new([new("kernel", 2, 3, 2, 2), new("bias", 2)]), float64);
        var matrix = Run(rule, new([new("matrix", 2, 12), new("bias", 2)]), float64);

        Assert.All(kernel.Zip(matrix), pair => Assert.Equal(Numbers(pair.First), Numbers(pair.Second)));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Float32IsCloseToFloat64(bool orthogonalize)
    {
        using var scope = NewDisposeScope();
        var optimizer = new Celo2Optimizer(Options(orthogonalize));
        var phi = Phi(optimizer);

        var exact = Run(optimizer.At(phi), Layout, float64);
        var rounded = Run(optimizer.At(phi.to(float32)), Layout, float32);

        // Five iterations of a polynomial with a slope of 3.4 magnify what is rounded a few hundred times.
        Assert.All(exact.Zip(rounded), pair => Assert.True((pair.First - pair.Second).abs().max().item<double>() < 1e-5));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void TheVectorJacobianProductIsTheFiniteDifference(bool orthogonalize)
    {
        using var scope = NewDisposeScope();
        var optimizer = new Celo2Optimizer(Options(orthogonalize));
        var phi = Phi(optimizer);
        var cotangents = randn(5, Layout.Count, dtype: float64, generator: new(2));
        double Value(Tensor at) => (stack(Run(optimizer.At(at), Layout, float64)) * cotangents).sum().item<double>();

        var tape = optimizer.Record(phi);
        Run(tape, Layout, float64);

        Differences.AssertGradient(Value, phi, tape.TimesCotangents([.. cotangents.unbind()]), tolerance: 1e-6);
    }

    // The last bias has no gradient, ever, so that its mean square is 0 where a root is taken.
    [Theory]
    [MemberData(nameof(Variants))]
    public void SecondDerivativesGoThroughEveryAccumulator(bool orthogonalize)
    {
        using var scope = NewDisposeScope();
        var optimizer = new Celo2Optimizer(Options(orthogonalize));
        var phi = Phi(optimizer);
        var active = ones(Layout.Count, dtype: float64);
        active[9] = 0;
        Tensor Loss(Tensor theta) => (((theta + 0.3).sin() * active).square() + ((theta * active).square() * 0.1)).sum();
        Tensor Reached(Tensor at, bool differentiable)
        {
            var rule = optimizer.At(at);
            var theta = arange(Layout.Count, dtype: float64).cos().requires_grad_();
            var state = rule.Init(Layout, theta, default);
            for (var step = 0; step < 3; step++)
            {
                var point = differentiable ? theta : theta.detach().requires_grad_();
                (var update, state) = rule.Step(
                    new ConstantGradient(Gradients.Of(Loss(point), point, differentiable)), point, state);
                theta = point + update;
            }

            return Loss(theta);
        }

        var leaf = phi.detach().requires_grad_();
        var metaGradient = Gradients.Of(Reached(leaf, differentiable: true), leaf);

        Differences.AssertGradient(
            at => Reached(at, differentiable: false).item<double>(), phi, metaGradient, tolerance: 1e-5);
    }

    [Theory]
    [InlineData("weight", 6)]
    [InlineData("bias", 0)]
    public void OneKindOfTensorAloneWillDo(string name, int rows)
    {
        using var scope = NewDisposeScope();
        var optimizer = new Celo2Optimizer(Orthogonal);
        ParameterLayout layout = new([rows > 0 ? new(name, rows, 2) : new(name, 5)]);

        var updates = Run(optimizer.At(Phi(optimizer)), layout, float64);

        Assert.All(updates, update => Assert.Equal([layout.Count], update.shape));
        Assert.All(updates, update => Assert.True(update.isfinite().all().item<bool>()));
    }

    [Fact]
    public void AdamsMomentsAreSavedAndRestored()
    {
        using var scope = NewDisposeScope();
        var optimizer = new Celo2Optimizer(Orthogonal);
        var rule = optimizer.At(Phi(optimizer));
        var theta = zeros(Layout.Count, dtype: float64);
        var state = rule.Init(Layout, theta, default);
        (_, state) = rule.Step(new ConstantGradient(Gradient(0)), theta, state);
        Queue<Tensor> saved = new(state.Tensors.Select(tensor => tensor.clone()));
        var restored = rule.Init(Layout, theta, default).Map(_ => saved.Dequeue()) with { StepCount = 1 };

        var expected = rule.Step(new ConstantGradient(Gradient(1)), theta, state).Update;

        Assert.Equal(Numbers(expected), Numbers(rule.Step(new ConstantGradient(Gradient(1)), theta, restored).Update));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void ACheckpointHoldsAllOfIt(bool orthogonalize)
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        var options = Options(orthogonalize) with { Schedule = new() { Kind = ScheduleKind.Linear, Warmup = 2, Steps = 9 } };
        var optimizer = new Celo2Optimizer(options);
        var phi = Phi(optimizer).to(float32);
        CheckpointContents contents = new();
        foreach (var (shape, part) in optimizer.PhiLayout.Shapes.Zip(optimizer.PhiLayout.Split(phi)))
        {
            contents.Add(CheckpointKeys.PhiPrefix + shape.Name, part);
        }

        contents.Add(CheckpointKeys.Format, CheckpointKeys.FormatValue);
        contents.Add(CheckpointKeys.Optimizer, OptionsJson.Write(options));
        var file = contents.ToFile();
        Safetensors.Write(folder.File("celo2.safetensors"), file.Tensors, file.Metadata);

        var loaded = TrainedOptimizer.Load(folder.File("celo2.safetensors"), new(CPU, float32)).Optimizer;

        Assert.All(
            Run(optimizer.At(phi), Layout, float32).Zip(Run(loaded, Layout, float32)),
            pair => Assert.Equal(pair.First.data<float>().ToArray(), pair.Second.data<float>().ToArray()));
    }

    [Fact]
    public void TheScheduleScalesTheUpdate()
    {
        using var scope = NewDisposeScope();
        var phi = Phi(new Celo2Optimizer(Orthogonal));

        var constant = Run(new Celo2Optimizer(Orthogonal).At(phi), Layout, float64);
        var warm = Run(new Celo2Optimizer(Orthogonal with { Schedule = new() { Warmup = 4 } }).At(phi), Layout, float64);

        Assert.Equal(Numbers(constant[0] * 0.25), Numbers(warm[0]));
        Assert.Equal(Numbers(constant[1] * 0.5), Numbers(warm[1]));
    }

    private static Celo2Options Options(bool orthogonalize) => orthogonalize ? Orthogonal : Base;

    private static Tensor Phi(Celo2Optimizer optimizer) =>
        optimizer.InitialPhi(RandomStreams.FromSeed(1)) + (0.1 * arange(optimizer.PhiLayout.Count).sin());

    // Theta stays, so that updates depend on phi through the network alone.
    private static List<Tensor> Run(IOptimizer rule, ParameterLayout layout, ScalarType type)
    {
        var theta = arange(layout.Count, dtype: float64).cos().to(type);
        var state = rule.Init(layout, theta, default);
        List<Tensor> updates = [];
        for (var step = 0; step < 5; step++)
        {
            (var update, state) = rule.Step(new ConstantGradient(Gradient(step, layout.Count).to(type)), theta, state);
            updates.Add(update);
        }

        return updates;
    }

    private static Tensor Gradient(int step) => Gradient(step, Layout.Count);

    // Of sizes from 1e-3 to 1, one of them beyond where gradients are cut, and one 0.
    private static Tensor Gradient(int step, long count)
    {
        var index = arange(count, dtype: float64);
        var gradient = (index * (1.3 + step)).cos() * pow(10, -(index % 4));
        gradient[0] = 0;
        gradient[1] = step == 2 ? 2e3 : 0.2;
        return gradient;
    }

    private static double[] Numbers(Tensor tensor) => tensor.contiguous().data<double>().ToArray();
}
