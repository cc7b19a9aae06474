using L2O.Errors;
using L2O.Kernels;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused;
using L2O.Optimizers.Learned.Fused.Memory;
using L2O.Kernels.Vectors;
using L2O.Randomness;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Optimizers.Learned.Fused;

/// <summary>What memory the fused rule and tape take, reuse and refuse.</summary>
public sealed class FusedMemoryTests
{
    private static readonly CoordinatewiseNetwork Dm = DmOptimizer.Network(new());

    [Fact]
    public void StepsAllocateNoManagedMemoryForTheirTiles()
    {
        using var scope = NewDisposeScope();

        Assert.Equal(AllocatedByAStep(count: 48), AllocatedByAStep(count: 48 * 100));
    }

    [Fact]
    public void StepsInPlaceWriteOverASpentUpdate()
    {
        using var scope = NewDisposeScope();
        var window = Window.Draw(new DmOptimizer(new() { Backend = Backend.Torch }), count: 48, steps: 3).To(float32);
        var tape = new FusedBackend(Dm, VectorWidths.Widest, threads: 1).Record(window.Phi);
        var gradients = window.Gradients.unbind();
        var state = tape.Init(new([new("theta", 48)]), gradients[0], default);
        (var first, state) = tape.Step(new ConstantGradient(gradients[0]), gradients[0], state);

        (var second, state) = tape.StepInPlace(new ConstantGradient(gradients[1]), gradients[0], state, first);
        var (third, _) = tape.StepInPlace(new ConstantGradient(gradients[2]), gradients[0], state);

        Assert.Same(first, second);
        Assert.NotSame(first, third);
    }

    [Theory]
    [InlineData(48 * 4, 20)]
    [InlineData(48 * 100, 20)]
    [InlineData(48 * 100, 60)]
    public void AMetaGradientNeedsLessThan16MiBBeyondStateAndInputs(int count, int steps)
    {
        using var scope = NewDisposeScope();
        var window = Window.Draw(new DmOptimizer(new() { Backend = Backend.Torch }), count, steps).To(float32);
        var tape = new FusedBackend(Dm, VectorWidths.Widest, threads: 2).Record(window.Phi);
        Window.Run(tape, window.Gradients.unbind(), start: null);
        var cotangents = window.Cotangents.unbind();

        var before = GC.GetTotalAllocatedBytes(precise: true);
        tape.TimesCotangents(cotangents);

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 1, 16 << 20);
    }

    [Fact]
    public void AnUnrollWhoseRecordFitsNoBufferIsRefused()
    {
        using var scope = NewDisposeScope();
        var phi = new DmOptimizer(new()).InitialPhi(RandomStreams.FromSeed(1)).to(float32);
        var kernel = new TiledKernel<OpsScalar<float>, float, float>(new(Dm, threads: 1), phi);
        var start = kernel.InitialState(Layout(1), zeros(1));
        Tensor[] steps = [.. Enumerable.Repeat(zeros(1), 40_000)];

        var error = Assert.Throws<ConfigException>(() => kernel.MetaGradient(steps, [], steps, start));

        Assert.Contains("meta.unroll", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MemoryOfOtherSizesIsRefused()
    {
        using var scope = NewDisposeScope();
        var fused = new FusedBackend(Dm, VectorWidths.Widest, threads: 1);
        var phi = new DmOptimizer(new()).InitialPhi(RandomStreams.FromSeed(1)).to(float32);
        var (kernel, tape) = (fused.Kernel(phi), fused.Record(phi));
        var (gradient, shorter) = (zeros(100), zeros(40));
        var state = TiledState.Initial(Dm, gradient);

        Assert.Throws<ArgumentException>(() => fused.At(zeros(phi.NumberOfElements + 1)));
        Assert.Throws<ArgumentException>(() => kernel.StepInPlace(gradient, gradient, state, update: shorter));
        Assert.Throws<ArgumentException>(() => kernel.StepInPlace(shorter, shorter, state, update: shorter));
        Assert.Throws<ArgumentException>(
            () => kernel.StepInPlace(gradient, gradient, state with { Blocks = [] }, update: zeros_like(gradient)));

        tape.Step(new ConstantGradient(gradient), gradient, state);
        Assert.Throws<ArgumentException>(() => tape.TimesCotangents([shorter]));
    }

    private static ParameterLayout Layout(long count) => new([new("theta", count)]);

    private static long AllocatedByAStep(long count)
    {
        var gradient = zeros(count);
        var phi = new DmOptimizer(new()).InitialPhi(RandomStreams.FromSeed(1)).to(float32);
        var kernel = new FusedBackend(Dm, VectorWidths.Widest, threads: 1).Kernel(phi);
        var state = kernel.InitialState(Layout(count), gradient);
        var before = 0L;
        for (var step = 0; step < 3; step++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            (_, state) = kernel.Step(gradient, gradient, state);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
