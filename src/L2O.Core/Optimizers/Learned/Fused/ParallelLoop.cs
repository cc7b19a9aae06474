namespace L2O.Optimizers.Learned.Fused;

/// <summary>
/// A loop over chunks on the thread pool that allocates nothing and can be run again and again. The caller works too,
/// and waits for no helper that has not taken a chunk: several loops at once, or a busy pool, cannot deadlock.
/// </summary>
/// <remarks>
/// Inside a task of another scheduler helpers are asked of that one: where all its threads have work of their own, each
/// loop runs on the thread that called it.
/// </remarks>
internal abstract class ParallelLoop : IThreadPoolWorkItem
{
    // The one number that chunks are claimed by. A helper that comes late finds it below zero, or finds a run that has
    // been set up in full.
    private int _unclaimed;
    private int _unfinished;
    private int _queued;

    void IThreadPoolWorkItem.Execute() => Help();

    /// <summary>Runs every chunk and returns when all are done; not to be called by two threads at once.</summary>
    /// <param name="chunkCount">At least 1.</param>
    /// <param name="threads">The most threads that may work on them.</param>
    protected void RunChunks(int chunkCount, int threads)
    {
        Volatile.Write(ref _unfinished, chunkCount);
        Interlocked.Exchange(ref _unclaimed, chunkCount);
        for (var wanted = Math.Min(threads, chunkCount) - 1; Volatile.Read(ref _queued) < wanted;)
        {
            Interlocked.Increment(ref _queued);
            AskForHelp();
        }

        Work();
        var spinner = default(SpinWait);
        while (Volatile.Read(ref _unfinished) > 0)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }
    }

    /// <summary>One chunk; what it writes no other chunk touches.</summary>
    /// <param name="chunk">From 0.</param>
    protected abstract void RunChunk(int chunk);

    private void AskForHelp()
    {
        if (TaskScheduler.Current == TaskScheduler.Default)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }

        _ = Task.Factory.StartNew(
            static loop => (loop as ParallelLoop)?.Help(),
            this,
            CancellationToken.None,
            TaskCreationOptions.None,
            TaskScheduler.Current);
    }

    private void Help()
    {
        Interlocked.Decrement(ref _queued);
        Work();
    }

    private void Work()
    {
        for (int chunk; (chunk = Interlocked.Decrement(ref _unclaimed)) >= 0;)
        {
            RunChunk(chunk);
            Interlocked.Decrement(ref _unfinished);
        }
    }
}
