using System.Text.Json;
using L2O.MetaTraining;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned;

public sealed class RnnPropTests
{
    [Fact]
    public void UpdatesAndStatesAreTheGoldenOnes()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read("rnnprop_updates");
        var rnnProp = new RnnProp(Options(golden.GetProperty("optimizer")));
        var gradients = Golden.Tensor(golden.GetProperty("gradients"));

        var (updates, state) = Run(rnnProp, Golden.Phi(rnnProp.PhiLayout, golden.GetProperty("weights")), gradients);

        var expected = golden.GetProperty("expected_updates").GetProperty("values");
        Golden.AssertClose(Golden.Doubles(expected), updates.flatten(), 1e-9);
        foreach (var (layer, hidden) in golden.GetProperty("expected_final_h").EnumerateArray().Zip(state.Lstm.Hidden))
        {
            Golden.AssertClose(Golden.Doubles(layer.GetProperty("values")), hidden.flatten(), 1e-9);
        }
    }

    [Theory]
    [InlineData("meta_gradient_rnnprop_quadratic_first_order")]
    [InlineData("meta_gradient_rnnprop_quadratic_second_order")]
    public void TheMetaGradientOnAQuadraticIsTheGoldenOne(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read(name);
        var rnnProp = new RnnProp(Options(golden.GetProperty("optimizer")));
        var phi = Golden.Phi(rnnProp.PhiLayout, golden.GetProperty("weights"));
        var problem = GoldenQuadratic.From(golden);
        var plan = new UnrollPlan(
            problem.Layout, problem, default, golden.GetProperty("T").GetInt32(), new(MetaLossForm.Mean), UnrollRegularizer.None);
        var start = new UnrollState(0, problem.InitialTheta(), Optimizer: null);

        var result = golden.GetProperty("second_derivatives").GetBoolean()
            ? Unroll.ByWholeGraph(rnnProp, phi, plan, start)
            : Unroll.ByCotangents(rnnProp, phi, plan, start);

        var expected = golden.GetProperty("expected");
        var metaLoss = expected.GetProperty("meta_loss").GetDouble();
        Assert.Equal(metaLoss, result.MetaLoss, 1e-9 * Math.Abs(metaLoss));
        Golden.AssertGradient(rnnProp.PhiLayout, expected.GetProperty("gradients"), result.MetaGradient, 1e-9);
    }

    [Fact]
    public void PhiHasAsManyParametersAsTheReference() => Assert.Equal(6641, new RnnProp(new()).PhiLayout.Count);

    [Fact]
    public void AConstantGradientEntersAsItsSign()
    {
        using var scope = NewDisposeScope();
        var gradient = tensor(new[] { 3.0, -0.2, 1e4, 0.0 });
        var state = new RnnPropState(zeros_like(gradient), zeros_like(gradient), new([], []));
        for (var step = 0; step < 5; step++)
        {
            var (inputs, m, v) = RnnProp.Inputs(gradient, state, new());
            state = state with { FirstMoment = m, SecondMoment = v, StepCount = state.StepCount + 1 };

            // Off by the 1e-8 beside the root, at worst 1e-8 / 0.2.
            Golden.AssertClose([1, 1, -1, -1, 1, 1, 0, 0], inputs.flatten(), 6e-8);
        }
    }

    [Fact]
    public void NoUpdateIsLongerThanTheOutputScale()
    {
        using var scope = NewDisposeScope();
        var rnnProp = new RnnProp(new() { OutputScale = 0.3 });
        var phi = rnnProp.InitialPhi(RandomStreams.FromSeed(1)) * 100;

        var (updates, _) = Run(rnnProp, phi, randn(20, 50, dtype: float64, generator: new(1)).exp());

        Assert.True(updates.abs().max().item<double>() is > 0.29 and <= 0.3);
    }

    [Fact]
    public void CoordinatesThatNeverHadAGradientKeepEveryDerivativeFinite()
    {
        using var scope = NewDisposeScope();
        var rnnProp = new RnnProp(new());
        var phi = rnnProp.InitialPhi(RandomStreams.FromSeed(1)).to(float32);
        var problem = new FunctionOptimizee(x => (tensor([1f, 0f]) * x.square()).sum(), [1.0, 1.0]);
        var plan = new UnrollPlan(problem.Layout, problem, default, 3, new(MetaLossForm.Mean), UnrollRegularizer.None);

        var result = Unroll.ByWholeGraph(rnnProp, phi, plan, new(0, problem.InitialTheta().to(float32), Optimizer: null));

        Assert.True(result.MetaGradient.isfinite().all().item<bool>());
    }

    private static RnnPropOptions Options(JsonElement options) => new()
    {
        Hidden = [.. options.GetProperty("hidden").EnumerateArray().Select(size => size.GetInt32())],
        OutputScale = options.GetProperty("output_scale").GetDouble(),
        Beta1 = options.TryGetProperty("beta1", out var beta1) ? beta1.GetDouble() : 0.95,
        Beta2 = options.TryGetProperty("beta2", out var beta2) ? beta2.GetDouble() : 0.95,
    };

    private static (Tensor Updates, RnnPropState State) Run(RnnProp rnnProp, Tensor phi, Tensor gradients)
    {
        var theta = zeros(gradients.shape[1], dtype: float64);
        var rule = rnnProp.At(phi);
        var state = rule.Init(new([new("theta", theta.shape)]), theta, default);
        List<Tensor> updates = [];
        for (var step = 0; step < gradients.shape[0]; step++)
        {
            (var update, state) = rule.Step(new ConstantGradient(gradients[step]), theta, state);
            updates.Add(update);
        }

        return (stack(updates), (RnnPropState)state);
    }
}
