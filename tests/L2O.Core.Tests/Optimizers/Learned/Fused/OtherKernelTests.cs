using L2O.Kernels;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned.Fused;

/// <summary>The rule and the tape over a kernel that has no tiles: what a kernel of another device would be.</summary>
public sealed class OtherKernelTests
{
    public static TheoryData<string> Families => ["dm", "rnnprop"];

    [Theory]
    [MemberData(nameof(Families))]
    public void ARuleMakesTheStepsOfItsKernel(string family)
    {
        using var scope = NewDisposeScope();
        var (window, tiled, torch) = Draw(family);

        var (expected, tiledState) = Window.Run(new FusedRule(tiled), window.Gradients.unbind(), start: null);
        var (actual, torchState) = Window.Run(new FusedRule(torch), window.Gradients.unbind(), start: null);

        Relative.AssertNear(stack(expected), stack(actual), 1e-12);
        Assert.IsType<TiledState>(tiledState);
        Assert.IsNotType<TiledState>(torchState);
        Assert.Equal(tiledState.StepCount, torchState.StepCount);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void ATapeGivesTheMetaGradientOfItsKernel(string family)
    {
        using var scope = NewDisposeScope();
        var (window, tiled, torch) = Draw(family);

        var expected = window.Through(new FusedTape(tiled, window.Phi));
        var actual = window.Through(new FusedTape(torch, window.Phi));

        Relative.AssertNear(expected.Updates, actual.Updates, 1e-12);
        Relative.AssertNear(expected.MetaGradient, actual.MetaGradient, 1e-10);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void StepsInPlaceAreTheSameForEitherKernel(string family)
    {
        using var scope = NewDisposeScope();
        var (window, tiled, torch) = Draw(family);
        var expected = InPlace(new FusedTape(tiled, window.Phi), window);

        var byRule = InPlace(new FusedRule(torch), window);
        var tape = new FusedTape(torch, window.Phi);
        var byTape = InPlace(tape, window);

        Relative.AssertNear(expected, byRule, 1e-12);
        Relative.AssertNear(expected, byTape, 1e-12);
        var (_, metaGradient) = window.Through(new FusedTape(tiled, window.Phi));
        Relative.AssertNear(metaGradient, tape.TimesCotangents(window.Cotangents.unbind()), 1e-10);
    }

    private static (Window Window, ICoordinatewiseKernel Tiled, ICoordinatewiseKernel Torch) Draw(string family)
    {
        var (optimizer, network) = family == "dm"
            ? ((ILearnedOptimizer)new DmOptimizer(new() { Backend = Backend.Torch }), DmOptimizer.Network(new()))
            : (new RnnProp(new() { Backend = Backend.Torch }), RnnProp.Network(new()));
        var window = Window.Draw(optimizer, count: 100, steps: 5);
        return (window, new FusedBackend(network).Kernel(window.Phi), new TorchKernel(optimizer, window.Phi));
    }

    private static Tensor InPlace(IOptimizer rule, Window window)
    {
        var theta = zeros_like(window.Gradients[0]);
        var state = rule.Init(new([new("theta", theta.shape)]), theta, default);
        List<Tensor> updates = [];
        Tensor? spent = null;
        foreach (var gradient in window.Gradients.unbind())
        {
            (spent, state) = rule.StepInPlace(new ConstantGradient(gradient), theta, state, spent);
            updates.Add(spent.clone());
        }

        return stack(updates);
    }
}
