using L2O.Optimizers.Learned.Fused;
using L2O.Runtime;
using Xunit;

namespace L2O.Tests.Optimizers.Learned.Fused;

public sealed class ChunkLoopTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(1, 4)]
    [InlineData(64, 4)]
    public void EveryChunkRunsOnce(int chunkCount, int threads)
    {
        var counts = new int[chunkCount];

        ChunkLoop.Run(chunkCount, threads, chunk => Interlocked.Increment(ref counts[chunk]));

        Assert.All(counts, count => Assert.Equal(1, count));
    }

    [Fact]
    public void LoopsOnMoreThreadsThanThereAreCoresAllEnd()
    {
        var total = 0;

        var threads = Enumerable.Range(0, 4 * Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            for (var run = 0; run < 50; run++)
            {
                ChunkLoop.Run(chunkCount: 16, threads: 4, _ => Interlocked.Increment(ref total));
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal(threads.Length * 50 * 16, total);
    }

    [Fact]
    public void AmongWorkersALoopUsesTheirThreadsOnly()
    {
        int atWork = 0, most = 0, total = 0;
        void RunChunk(int chunk)
        {
            most = Math.Max(most, Interlocked.Increment(ref atWork));
            Thread.SpinWait(1000);
            Interlocked.Increment(ref total);
            Interlocked.Decrement(ref atWork);
        }

        new Workers(2).Map(
            [.. Enumerable.Range(0, 20)],
            (piece, _) =>
            {
                ChunkLoop.Run(chunkCount: 16, threads: 8, RunChunk);
                return piece;
            },
            default);

        Assert.Equal(20 * 16, total);
        Assert.InRange(most, 1, 2);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 1)]
    [InlineData(1, 2)]
    [InlineData(4, 2)]
    public void AnErrorReachesTheCallerAsItIsWhenNoChunkIsAtWork(int threads, int workers)
    {
        var atWork = 0;
        void RunChunk(int chunk)
        {
            Interlocked.Increment(ref atWork);
            Thread.SpinWait(1000);
            Interlocked.Decrement(ref atWork);
            throw new InvalidOperationException("a chunk's");
        }

        var error = Assert.Throws<InvalidOperationException>(() => new Workers(workers).Map(
            [0],
            (piece, _) =>
            {
                try
                {
                    ChunkLoop.Run(chunkCount: 64, threads, RunChunk);
                    return piece;
                }
                finally
                {
                    Assert.Equal(0, atWork);
                }
            },
            default));

        Assert.Equal("a chunk's", error.Message);
    }
}
