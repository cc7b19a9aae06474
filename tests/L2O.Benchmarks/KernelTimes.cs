using System.Diagnostics;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused;
using L2O.Kernels.Vectors;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>The fused kernels on one thread and few coordinates: runs so short that some are not disturbed.</summary>
internal static class KernelTimes
{
    private const int Count = 960;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(3);

    /// <summary>Prints a line for each width that the machine has.</summary>
    internal static void Print()
    {
        set_num_threads(1);
        var peak = FmaPeak.Measure(threads: 1);
        Console.WriteLine($"1 thread; multiply-add peak {peak:F0} GFLOP/s in float32");
        foreach (var (name, network, optimizer) in Networks())
        {
            for (var width = VectorWidths.Widest; width >= VectorWidth.Scalar; width--)
            {
                using var scope = NewDisposeScope();
                var fused = new FusedBackend(network, width, threads: 1);
                var phi = optimizer.InitialPhi(RandomStreams.FromSeed(1)).to(float32);
                var gradient = randn(Count) * 0.1;
                var tape = fused.Record(phi);
                var state = tape.Init(new([new("theta", Count)]), gradient, default);
                var kernel = fused.Kernel(phi);
                for (var step = 0; step < UnrollWork.StepCount; step++)
                {
                    (_, state) = tape.Step(new ConstantGradient(gradient), gradient, state);
                }

                Tensor[] cotangents = [.. Enumerable.Range(0, UnrollWork.StepCount).Select(_ => randn(Count))];
                var update = empty_like(gradient);
                var forward = Minimum(() => kernel.StepInPlace(gradient, gradient, state, update));
                var metaGradient = Minimum(() => tape.TimesCotangents(cotangents));
                var forwardRate = Operations.OfStep(network) * Count / forward / 1e9;
                var metaGradientRate =
                    Operations.OfMetaGradient(network) * Count * UnrollWork.StepCount / metaGradient / 1e9;
                Console.WriteLine(
                    $"{name,-8} {width,-8} step {forward / Count * 1e9,8:F1} ns a coordinate"
                    + $" ({forwardRate / peak,4:P0} of the peak)"
                    + $"   meta-gradient {metaGradient / Count / UnrollWork.StepCount * 1e9,8:F1} ns a coordinate and step"
                    + $" ({metaGradientRate / peak,4:P0})");
            }
        }
    }

    private static (string Name, CoordinatewiseNetwork Network, ILearnedOptimizer Optimizer)[] Networks() =>
    [
        ("dm", DmOptimizer.Network(new()), new DmOptimizer(new())),
        ("rnnprop", RnnProp.Network(new()), new RnnProp(new())),
    ];

    private static double Minimum(Action run)
    {
        var least = TimeSpan.MaxValue;
        for (var total = Stopwatch.StartNew(); total.Elapsed < Budget;)
        {
            using var scope = NewDisposeScope();
            var watch = Stopwatch.StartNew();
            run();
            least = watch.Elapsed < least ? watch.Elapsed : least;
        }

        return least.TotalSeconds;
    }
}
