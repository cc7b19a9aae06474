using L2O.Kernels;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers;

public sealed class ScaledUpdatesTests
{
    private static readonly ParameterLayout Layout = new([new("weight", 40, 30), new("bias", 7)]);

    public static TheoryData<string> Backends => ["torch", "fused"];

    [Theory]
    [MemberData(nameof(Backends))]
    public void EveryUpdateIsThatOfTheRuleTimesTheNumber(string backend)
    {
        using var scope = NewDisposeScope();
        var rule = Rule(backend);
        ScaledUpdates scaled = new(0.3, rule);
        var theta = zeros(Layout.Count);
        var (own, state) = (rule.Init(Layout, theta, default), scaled.Init(Layout, theta, default));
        for (var step = 0; step < 4; step++)
        {
            var gradient = new ConstantGradient(arange(Layout.Count, dtype: float32).mul(0.1 * (step + 1)).sin());
            (var plain, own) = rule.Step(gradient, theta, own);
            (var update, state) = scaled.Step(gradient, theta, state);

            Assert.Equal((plain * 0.3).data<float>().ToArray(), update.data<float>().ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void StepsInPlaceAreTheSame(string backend)
    {
        using var scope = NewDisposeScope();
        ScaledUpdates scaled = new(0.3, Rule(backend));
        var theta = zeros(Layout.Count);
        var (one, other) = (scaled.Init(Layout, theta, default), scaled.Init(Layout, theta, default));
        Tensor? spent = null;
        for (var step = 0; step < 4; step++)
        {
            var gradient = new ConstantGradient(arange(Layout.Count, dtype: float32).mul(0.1 * (step + 1)).sin());
            (var expected, one) = scaled.Step(gradient, theta, one);
            (spent, other) = scaled.StepInPlace(gradient, theta, other, spent);

            Assert.Equal(expected.data<float>().ToArray(), spent.data<float>().ToArray());
        }
    }

    private static IOptimizer Rule(string backend)
    {
        RnnProp rnnProp = new(new() { Hidden = [6], Backend = Enum.Parse<Backend>(backend, ignoreCase: true) });
        return rnnProp.At(rnnProp.InitialPhi(RandomStreams.FromSeed(1)).to(float32));
    }
}
