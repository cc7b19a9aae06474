using L2O.Kernels;
using L2O.Runtime;
using Xunit;

namespace L2O.Tests.Kernels;

public sealed class ParallelLoopTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(1, 4)]
    [InlineData(64, 4)]
    public void EveryChunkRunsOnceInEveryRun(int chunkCount, int threads)
    {
        var loop = new CountingLoop(chunkCount);
        for (var run = 1; run <= 200; run++)
        {
            loop.Run(threads);

            Assert.All(loop.Counts, count => Assert.Equal(run, count));
        }
    }

    [Fact]
    public void LoopsOnMoreThreadsThanThereAreCoresAllEnd()
    {
        var loops = Enumerable.Range(0, 4 * Environment.ProcessorCount).Select(_ => new CountingLoop(16)).ToArray();

        var threads = loops.Select(loop => new Thread(() =>
        {
            for (var run = 0; run < 50; run++)
            {
                loop.Run(threads: 4);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.All(loops, loop => Assert.All(loop.Counts, count => Assert.Equal(50, count)));
    }

    [Fact]
    public void ALoopEndsThoughThePoolNeverHelps()
    {
        ThreadPool.GetMaxThreads(out var workers, out _);
        using var release = new ManualResetEventSlim();
        using var blocked = new CountdownEvent(Environment.ProcessorCount);
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            ThreadPool.QueueUserWorkItem(_ =>
            {
                blocked.Signal();
                release.Wait();
            });
        }

        blocked.Wait();
        var loop = new CountingLoop(8);
        loop.Run(threads: workers);
        release.Set();

        Assert.All(loop.Counts, count => Assert.Equal(1, count));
    }

    [Fact]
    public void AmongWorkersALoopUsesTheirThreadsOnly()
    {
        int atWork = 0, most = 0;
        var loops = Enumerable.Range(0, 20).Select(_ => new CountingLoop(16)
        {
            Work = () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref atWork));
                Thread.SpinWait(1000);
                Interlocked.Decrement(ref atWork);
            },
        }).ToArray();

        new Workers(2).Map(
            loops,
            (loop, _) =>
            {
                loop.Run(threads: 8);
                return loop;
            },
            default);

        Assert.All(loops, loop => Assert.All(loop.Counts, count => Assert.Equal(1, count)));
        Assert.InRange(most, 1, 2);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(1, 2)]
    [InlineData(4, 2)]
    public void AnErrorReachesTheCallerWhenEveryChunkHasEnded(int threads, int workers)
    {
        var fails = true;
        var loop = new CountingLoop(64)
        {
            Work = () =>
            {
                Thread.SpinWait(1000);
                if (fails)
                {
                    throw new InvalidOperationException("a chunk's");
                }
            },
        };
        void Run() => new Workers(workers).Map(
            [loop],
            (loop, _) =>
            {
                loop.Run(threads);
                return loop;
            },
            default);

        var error = Assert.Throws<InvalidOperationException>(Run);

        Assert.Equal("a chunk's", error.Message);
        Assert.All(loop.Counts, count => Assert.Equal(1, count));

        fails = false;
        Run();

        Assert.All(loop.Counts, count => Assert.Equal(2, count));
    }

    private sealed class CountingLoop(int chunkCount) : ParallelLoop
    {
        internal int[] Counts { get; } = new int[chunkCount];

        internal Action Work { get; init; } = () => { };

        internal void Run(int threads) => RunChunks(Counts.Length, threads);

        protected override void RunChunk(int chunk)
        {
            Interlocked.Increment(ref Counts[chunk]);
            Work();
        }
    }
}
