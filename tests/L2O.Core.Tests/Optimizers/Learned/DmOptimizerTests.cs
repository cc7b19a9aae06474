using L2O.Kernels;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned;

public sealed class DmOptimizerTests
{
    [Fact]
    public void UpdatesAndStatesAreTheGoldenOnes()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.Read("dm_updates");
        var options = golden.GetProperty("optimizer");
        var dm = new DmOptimizer(new()
        {
            Hidden = [.. options.GetProperty("hidden").EnumerateArray().Select(size => size.GetInt32())],
            OutputScale = options.GetProperty("output_scale").GetDouble(),
            PreprocessK = options.GetProperty("preprocess_k").GetDouble(),
        });
        var gradients = Golden.Tensor(golden.GetProperty("gradients"));
        var theta = zeros(gradients.shape[1], dtype: float64);
        var rule = dm.At(Golden.Phi(dm.PhiLayout, golden.GetProperty("weights")));

        var state = rule.Init(new([new("theta", theta.shape)]), theta, RandomStreams.FromSeed(0));
        List<Tensor> updates = [];
        for (var step = 0; step < gradients.shape[0]; step++)
        {
            (var update, state) = rule.Step(new ConstantGradient(gradients[step]), theta, state);
            updates.Add(update);
        }

        var expected = golden.GetProperty("expected_updates").GetProperty("values");
        Golden.AssertClose(Golden.Doubles(expected), stack(updates).flatten(), 1e-9);
        foreach (var (layer, hidden) in golden.GetProperty("expected_final_h").EnumerateArray().Zip(((LstmState)state).Hidden))
        {
            Golden.AssertClose(Golden.Doubles(layer.GetProperty("values")), hidden.flatten(), 1e-9);
        }
    }

    [Theory]
    [InlineData(Preprocessing.LogAndSign, 5141)]
    [InlineData(Preprocessing.None, 5061)]
    public void PhiHasAsManyParametersAsTheReference(Preprocessing preprocessing, long count) =>
        Assert.Equal(count, new DmOptimizer(new() { Preprocessing = preprocessing }).PhiLayout.Count);

    [Theory]
    [InlineData(0, -1, 0)]
    [InlineData(1, 2.384e-8, 1)]
    [InlineData(-10, 0.460517, -1)]
    [InlineData(0.006737946999085467, -0.9999965, 1)]
    [InlineData(1e-3, -1, 0.1484132)]
    [InlineData(1e-4, -1, 0.01484132)]
    public void LogAndSignFollowsTheTableOfTheReference(double gradient, double logarithm, double sign)
    {
        using var scope = NewDisposeScope();

        var features = DmOptimizer.LogAndSign(tensor(new[] { gradient }), 5).data<double>().ToArray();

        Assert.Equal(logarithm, features[0], 5e-7);
        Assert.Equal(sign, features[1], 5e-7);
    }

    [Theory]
    [InlineData(Preprocessing.LogAndSign)]
    [InlineData(Preprocessing.None)]
    public void AGradientThatIsNotFiniteMakesItsOwnUpdateNaN(Preprocessing preprocessing)
    {
        using var scope = NewDisposeScope();
        var gradient = tensor(new[] { 0.1f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, -0f });
        foreach (var backend in new[] { Backend.Torch, Backend.Fused })
        {
            var dm = new DmOptimizer(new() { Preprocessing = preprocessing, Backend = backend });
            var rule = dm.At(dm.InitialPhi(RandomStreams.FromSeed(1)).to(float32));
            var state = rule.Init(new([new("t", 5)]), gradient, default);

            var (update, _) = rule.Step(new ConstantGradient(gradient), gradient, state);

            Assert.Equal([true, false, false, false, true], update.isfinite().data<bool>().ToArray());
        }
    }

    [Fact]
    public void InitialWeightsHaveTheReferencesSpreadAndForgetBias()
    {
        using var scope = NewDisposeScope();
        var dm = new DmOptimizer(new());
        var phi = dm.PhiLayout.Split(dm.InitialPhi(RandomStreams.FromSeed(1)));

        // 1/sqrt(20 + 20) truncated at two standard deviations keeps 0.8796 of it.
        Assert.Equal(0.8796 / Math.Sqrt(40), phi[3].std().item<double>(), 0.005);
        Assert.True(phi[3].abs().max().item<double>() <= 2 / Math.Sqrt(40));
        Assert.Equal(1, phi[5][20..40].mean().item<double>(), 0.1);
        Assert.Equal(0, phi[5][..20].mean().item<double>(), 0.1);
        Assert.Equal(0, phi[7].item<double>());
    }

    [Fact]
    public void ZeroHeadGivesZeroUpdates()
    {
        using var scope = NewDisposeScope();
        var dm = new DmOptimizer(new());
        var phi = dm.InitialPhi(RandomStreams.FromSeed(1));
        phi[^21..].zero_();
        var theta = zeros(5, dtype: float64);
        var rule = dm.At(phi);

        var (update, _) = rule.Step(
            new ConstantGradient(arange(5, dtype: float64)), theta, rule.Init(new([new("t", 5)]), theta, default));

        Assert.Equal(new double[5], update.data<double>().ToArray());
    }
}
