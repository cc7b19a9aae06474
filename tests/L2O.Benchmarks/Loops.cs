using L2O.Kernels.Vectors;
using L2O.Kernels;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Optimizers.Learned.Coordinatewise;
using L2O.Optimizers.Learned.Fused;
using L2O.Randomness;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Benchmarks;

/// <summary>What <see cref="ParallelLoop"/> wins over Parallel.For: the same chunks of a step by either.</summary>
internal static class Loops
{
    private const int StepCount = 20;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    /// <summary>Prints a line for each place that a loop runs in and each number of coordinates.</summary>
    internal static void Print()
    {
        var threads = Environment.ProcessorCount;
        Console.WriteLine($"a step of L2O-DM in chunks on {threads} threads, of {StepCount} in a row; ratios to ParallelLoop");
        var both = new Workers(threads);
        foreach (var count in new[] { 0L, 960, 15_910, 100_000 })
        {
            using var scope = NewDisposeScope();
            var loops = Enumerable.Range(0, threads).Select(_ => new StepLoop(count, threads)).ToArray();
            Compare("on the thread pool", count, use => use(loops[0]));
            Compare("among workers, one at work", count, use => Share(both, loops[..1], use));
            Compare("among workers, all at work", count, use => Share(both, loops, use));
        }
    }

    private static void Compare(string place, long count, Action<Action<StepLoop>> run)
    {
        var timings = Interleaved.Measure(
            [
                new("ParallelLoop", 1, () => run(loop => Repeat(loop.RunOwn)), StepCount),
                new("Parallel.For", 1, () => run(loop => Repeat(loop.RunParallelFor)), StepCount),
            ],
            Budget);
        foreach (var timing in timings)
        {
            Console.WriteLine(
                $"N = {count,7:N0} {place,-27} {timing.Name,-12}"
                + $" min {timing.Minimum * 1e6,9:F1} us {timing.Minimum / timings[0].Minimum,5:F2}x"
                + $"   median {timing.Median * 1e6,9:F1} us {timing.Median / timings[0].Median,5:F2}x"
                + $"   processor {timing.Processor * 1e6,9:F1} us {timing.Processor / timings[0].Processor,5:F2}x"
                + $"   {timing.AllocatedBytes,7:N0} B");
        }
    }

    private static void Share(Workers workers, StepLoop[] loops, Action<StepLoop> use) => workers.Map(
        loops,
        (loop, _) =>
        {
            use(loop);
            return loop;
        },
        default);

    private static void Repeat(Action step)
    {
        for (var i = 0; i < StepCount; i++)
        {
            step();
        }
    }

    /// <summary>One step of so many coordinates; each chunk has memory of its own. Without coordinates nothing is done.</summary>
    private sealed class StepLoop : ParallelLoop
    {
        private const int ChunksPerThread = 4;

        private readonly int _threads;
        private readonly ParallelOptions _options;
        private readonly ICoordinatewiseKernel _kernel;
        private readonly Tensor _gradient;
        private readonly RuleState[] _states;
        private readonly Tensor[] _updates;

        internal StepLoop(long count, int threads)
        {
            var chunks = threads * ChunksPerThread;
            var optimizer = new DmOptimizer(new());
            var phi = optimizer.InitialPhi(RandomStreams.FromSeed(1)).to(float32);
            _threads = threads;
            _options = new() { MaxDegreeOfParallelism = threads };
            _kernel = new FusedBackend(DmOptimizer.Network(new()), VectorWidths.Widest, threads: 1).Kernel(phi);
            _gradient = randn(count / chunks) * 0.1;
            _states = [.. Enumerable.Range(0, chunks).Select(_ => _kernel.InitialState(new([new("theta", _gradient.shape)]), _gradient))];
            _updates = [.. Enumerable.Range(0, chunks).Select(_ => empty_like(_gradient))];
        }

        internal void RunOwn() => RunChunks(_states.Length, _threads);

        internal void RunParallelFor()
        {
            _options.TaskScheduler = TaskScheduler.Current;
            Parallel.For(0, _states.Length, _options, RunChunk);
        }

        protected override void RunChunk(int chunk)
        {
            if (_gradient.NumberOfElements > 0)
            {
                _states[chunk] = _kernel.StepInPlace(_gradient, _gradient, _states[chunk], _updates[chunk]);
            }
        }
    }
}
