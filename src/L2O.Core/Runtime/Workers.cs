using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace L2O.Runtime;

/// <summary>
/// Threads that work on independent pieces side by side. A piece opens its own dispose scopes, for they belong to a
/// thread, and gives the same result on any number of threads.
/// </summary>
/// <remarks>
/// Several threads are a task scheduler. What could use more of them inside a piece, pieces of its own or the chunks of a
/// kernel, queues there too and gets those that find no more pieces: the work at once never exceeds their number.
/// A single thread is the caller's, and leaves the machine's other cores to the kernels.
/// </remarks>
/// <param name="count">How many threads, at least 1.</param>
public sealed class Workers(int count)
{
    private readonly TaskScheduler? _scheduler =
        count > 1 ? new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, count).ConcurrentScheduler : null;

    /// <summary>Works on every piece; the first error ends the others at their next look at the token.</summary>
    /// <param name="pieces">Begun in this order.</param>
    /// <param name="work">Makes a piece's result.</param>
    /// <param name="cancel">Ends all.</param>
    /// <returns>The results in the order of the pieces.</returns>
    public TResult[] Map<T, TResult>(
        IReadOnlyList<T> pieces, Func<T, CancellationToken, TResult> work, CancellationToken cancel)
    {
        if (_scheduler is null)
        {
            return [.. pieces.Select(piece => work(piece, cancel))];
        }

        FirstUse.Make();
        var results = new TResult[pieces.Count];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        ExceptionDispatchInfo? first = null;
        using var waiting = FinalizerGate.Leave();
        Parallel.ForEach(InOrder(pieces.Count), new() { TaskScheduler = _scheduler }, (i, loop) =>
        {
            try
            {
                stop.Token.ThrowIfCancellationRequested();
                TakeOverThreadCount();
                results[i] = work(pieces[i], stop.Token);
            }
            catch (Exception e)
            {
                loop.Stop();
                if (Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(e), null) is null)
                {
                    stop.Cancel();
                }
            }
        });
        first?.Throw();
        return results;
    }

    // One piece at a time: they are long, and of unlike lengths.
    private static OrderablePartitioner<int> InOrder(int count) =>
        Partitioner.Create(Enumerable.Range(0, count), EnumerablePartitionerOptions.NoBuffering);

    // A thread that has not asked for libtorch's thread count may still multiply matrices on all cores.
    private static void TakeOverThreadCount() => _ = get_num_threads();
}
