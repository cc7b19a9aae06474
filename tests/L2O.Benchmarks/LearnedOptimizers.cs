using L2O.Kernels;
using L2O.Optimizees.Networks;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>What the learned optimizers cost on libtorch's tape, beside L2O-DM there.</summary>
internal static class LearnedOptimizers
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(15);

    /// <summary>Prints a line for each, for the tensors of a perceptron of 15,910 parameters.</summary>
    internal static void Print()
    {
        using var scope = NewDisposeScope();
        var layout = new Mlp([784, 20, 10], Activation.Sigmoid, initialScale: 0.01).Layout;
        (string Name, UnrollWork Work)[] optimizers =
        [
            .. new (string Name, ILearnedOptimizer Optimizer)[]
            {
                ("dm", new DmOptimizer(new() { Backend = Backend.Torch })),
                ("rnnprop", new RnnProp(new() { Backend = Backend.Torch })),
                ("scale", new ScaleOptimizer(new())),
                ("mlp_optimizer", new MlpOptimizer(new())),
            }.Select(entry => (entry.Name, new UnrollWork(entry.Optimizer, layout))),
        ];
        Console.WriteLine($"N = {layout.Count:N0}, libtorch's tape, {Environment.ProcessorCount} threads");
        Print(
            $"a step, of {UnrollWork.StepCount} in a row",
            optimizers.Select(entry => (entry.Name, entry.Work.ForwardSteps(), UnrollWork.StepCount)));
        Print(
            $"{UnrollWork.StepCount} steps and their meta-gradient",
            optimizers.Select(entry => (entry.Name, entry.Work.MetaIteration(), 1)));
    }

    private static void Print(string title, IEnumerable<(string Name, Action Run, int Count)> work)
    {
        var timings = Interleaved.Measure(
            [.. work.Select(entry => new Candidate(entry.Name, Environment.ProcessorCount, entry.Run, entry.Count))], Budget);
        Console.WriteLine($"  {title}");
        foreach (var timing in timings)
        {
            Console.WriteLine(
                $"    {timing.Name,-14} min {timing.Minimum * 1e3,9:F3} ms {timing.Minimum / timings[0].Minimum,5:F2}x"
                + $"   median {timing.Median * 1e3,9:F3} ms {timing.Median / timings[0].Median,5:F2}x");
        }
    }
}
