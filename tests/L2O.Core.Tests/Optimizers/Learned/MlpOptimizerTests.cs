using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tensors;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned;

public sealed class MlpOptimizerTests
{
    private static readonly ParameterLayout Layout = new([new("weight", 2, 2), new("bias", 3)]);

    private static readonly MlpOptimizerOptions Options = new()
    {
        Hidden = [3],
        MomentumDecays = [0.9, 0.5],
        RmsDecay = 0.8,
        ExpMult = 0.5,
        StepMult = 0.1,
    };

    [Fact]
    public void PhiHasTwentyOneFeaturesAndThreeLayersByDefault() =>
        Assert.Equal(
            3 + 1 + ((21 + 1) * 4) + ((4 + 1) * 4) + ((4 + 1) * 2), new MlpOptimizer(new()).PhiLayout.Count);

    [Fact]
    public void UpdatesAreThoseOfTheFormulasCoordinateByCoordinate()
    {
        using var scope = NewDisposeScope();
        var optimizer = new MlpOptimizer(Options);
        var phi = optimizer.InitialPhi(RandomStreams.FromSeed(1)) + (0.1 * arange(optimizer.PhiLayout.Count).sin());
        var parts = optimizer.PhiLayout.Split(phi);
        var reference = new Reference([.. parts.Select(part => part.data<double>().ToArray())]);
        var rule = optimizer.At(phi);
        var theta = arange(Layout.Count, dtype: float64).cos();
        var state = rule.Init(Layout, theta, default);
        for (var step = 0; step < 3; step++)
        {
            (var update, state) = rule.Step(new ConstantGradient(Gradient(step)), theta, state);

            var expected = reference.Step(Gradient(step).data<double>().ToArray(), theta.data<double>().ToArray());
            Golden.AssertClose(expected, update, 1e-10);
            theta += update;
        }
    }

    // The same numbers as celo2's first step: its features of rows and columns are these.
    [Fact]
    public void FactoredAddsFeaturesOfRowsAndColumns()
    {
        using var scope = NewDisposeScope();
        var optimizer = new MlpOptimizer(new() { Hidden = [], Factored = true, StepMult = 1 });
        Tensor[] parts = [.. optimizer.PhiLayout.Shapes.Select(shape => zeros(shape.Shape, dtype: float64))];
        parts[2][0, 10] = 1;
        var rule = optimizer.At(optimizer.PhiLayout.Join(parts));
        var theta = zeros(6, dtype: float64);

        var (update, state) = rule.Step(
            new ConstantGradient(arange(1, 7, dtype: float64)), theta, rule.Init(new([new("weight", 2, 3)]), theta, default));

        Assert.Equal(3 + 1 + (2 * (28 + 11)) + 2, optimizer.PhiLayout.Count);
        Assert.Equal(-0.636904, update[0].item<double>(), 1e-5);
        Assert.Equal([[3, 6], [1, 6], [3, 5]], state.Tensors.Select(tensor => tensor.shape));
    }

    [Fact]
    public void TheVectorJacobianProductIsTheFiniteDifference()
    {
        using var scope = NewDisposeScope();
        var optimizer = new MlpOptimizer(Options);
        var phi = optimizer.InitialPhi(RandomStreams.FromSeed(1));
        var cotangents = randn(4, Layout.Count, dtype: float64, generator: new(2));
        double Value(Tensor at) => (stack(Run(optimizer.At(at))) * cotangents).sum().item<double>();

        var tape = optimizer.Record(phi);
        Run(tape);
        var vjp = tape.TimesCotangents([.. cotangents.unbind()]);

        Differences.AssertGradient(Value, phi, vjp, tolerance: 1e-6);
        Assert.True(vjp[..3].ne(0).all().item<bool>(), "decays are learned too");
    }

    private static List<Tensor> Run(IOptimizer rule)
    {
        var theta = arange(Layout.Count, dtype: float64).cos();
        var state = rule.Init(Layout, theta, default);
        List<Tensor> updates = [];
        for (var step = 0; step < 4; step++)
        {
            (var update, state) = rule.Step(new ConstantGradient(Gradient(step)), theta, state);
            updates.Add(update);
        }

        return updates;
    }

    private static Tensor Gradient(int step) => (arange(Layout.Count, dtype: float64) * (1.3 + step)).cos().mul(0.1);

    /// <summary>The same rule in plain numbers.</summary>
    private sealed class Reference(double[][] phi)
    {
        private static readonly int[][] Tensors = [[0, 1, 2, 3], [4, 5, 6]];
        private static readonly double[] Times = [1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000];

        private readonly double[,] _momenta = new double[2, 7];
        private readonly double[] _meanSquare = new double[7];
        private int _step;

        internal double[] Step(double[] gradient, double[] theta)
        {
            var features = new double[7][];
            for (var i = 0; i < 7; i++)
            {
                features[i] = Features(i, gradient[i], theta[i]);
            }

            var update = new double[7];
            foreach (var tensor in Tensors)
            {
                double Size(int f) => Math.Sqrt(1e-5 + tensor.Average(i => features[i][f] * features[i][f]));
                foreach (var i in tensor)
                {
                    var times = Times.Select(x => Math.Tanh((_step / x) - 1));
                    update[i] = Network([.. features[i].Select((x, f) => x / Size(f)), .. times]);
                }
            }

            _step++;
            return update;
        }

        private double[] Features(int i, double g, double theta)
        {
            double Decay(double start, double offset) => 1 - ((1 - start) * Math.Exp(10 * offset));
            for (var k = 0; k < 2; k++)
            {
                var decay = Decay(Options.MomentumDecays[k], phi[0][k]);
                _momenta[k, i] = (decay * _momenta[k, i]) + ((1 - decay) * g);
            }

            var rmsDecay = Math.Clamp(Decay(Options.RmsDecay, phi[1][0]), 0, 1);
            _meanSquare[i] = (rmsDecay * _meanSquare[i]) + ((1 - rmsDecay) * g * g);
            var (m0, m1, v) = (_momenta[0, i], _momenta[1, i], _meanSquare[i]);
            var r = 1 / Math.Sqrt(v + 1e-6);
            return [g, theta, m0, m1, v, m0 * r, m1 * r, r];
        }

        private double Network(double[] inputs)
        {
            var hidden = Affine(phi[2], phi[3], inputs).Select(x => Math.Max(x, 0)).ToArray();
            var outputs = Affine(phi[4], phi[5], hidden);
            return -0.1 * outputs[0] * Math.Exp(0.5 * outputs[1]);
        }

        private static double[] Affine(double[] weight, double[] bias, double[] x) =>
            [.. bias.Zip(weight.Chunk(x.Length), (b, row) => b + row.Zip(x, (w, value) => w * value).Sum())];
    }
}
