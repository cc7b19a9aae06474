using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace L2O.Runtime;

/// <summary>
/// Lets finalizers run only at safe points of numeric code. TorchSharp frees the native side of a scalar operand from a
/// finalizer, and nothing keeps the operand alive until libtorch has read it: with another thread that allocates, `x + 1`
/// ends now and then in an error about an unknown scalar type. While a gate is closed the runtime's one finalizer thread
/// waits inside a finalizer of ours, and is let go only when no thread is between making an operand and using it.
/// </summary>
public sealed class FinalizerGate : IDisposable
{
    private static readonly TimeSpan UsualPeriod = TimeSpan.FromSeconds(0.5);

    // TorchSharp itself waits for finalizers where memory lacks, before it tries again.
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(5);

    private static readonly ReaderWriterLockSlim Numeric = new(LockRecursionPolicy.NoRecursion);
    private static FinalizerGate? _current;

    // The end of the process waits for the finalizer thread.
    static FinalizerGate() => AppDomain.CurrentDomain.ProcessExit += (_, _) => _current?.Dispose();

    private readonly TimeSpan _period;
    private readonly TimeSpan _patience;
    private readonly ManualResetEventSlim _hasCaught = new();
    private ManualResetEventSlim _release = new();
    private long _caughtAt = long.MaxValue;

    private FinalizerGate(TimeSpan period, TimeSpan patience)
    {
        _period = period;
        _patience = patience;
    }

    /// <summary>Closes the gate for the whole process until the result is disposed.</summary>
    /// <exception cref="InvalidOperationException">It is closed already.</exception>
    public static FinalizerGate Close() => Close(UsualPeriod, UsualPatience);

    /// <summary>Closes the gate with other times than the usual ones.</summary>
    /// <param name="period">How long finalizers are held back before a safe point lets them run.</param>
    /// <param name="patience">How long they are held back where no safe point comes.</param>
    internal static FinalizerGate Close(TimeSpan period, TimeSpan patience)
    {
        FinalizerGate gate = new(period, patience);
        if (Interlocked.CompareExchange(ref _current, gate, null) is not null)
        {
            throw new InvalidOperationException("the finalizers' gate is closed already");
        }

        gate.Catch();
        return gate;
    }

    /// <summary>
    /// Says that this thread computes until the result is disposed; every thread must, that works with tensors while
    /// others do.
    /// </summary>
    public static IDisposable Enter() => new Stay();

    /// <summary>
    /// A point where this thread holds no tensor operation half done: lets finalizers run if that is due. To be called
    /// between steps, inside <see cref="Enter"/>.
    /// </summary>
    public static void Pass()
    {
        if (!Numeric.IsReadLockHeld || _current is not { IsDue: true })
        {
            return;
        }

        Numeric.ExitReadLock();
        Numeric.EnterWriteLock();
        try
        {
            if (_current is { IsDue: true } gate)
            {
                gate.RunFinalizers();
            }
        }
        finally
        {
            Numeric.ExitWriteLock();
            Numeric.EnterReadLock();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.CompareExchange(ref _current, null, this) == this)
        {
            _release.Set();
        }
    }

    private bool IsDue => Stopwatch.GetElapsedTime(Volatile.Read(ref _caughtAt)) >= _period;

    private void RunFinalizers()
    {
        var before = _release;
        _release = new();
        _hasCaught.Reset();
        before.Set();
        Catch();
    }

    // What the collection finds dead besides the bait is finalized before it or at the next safe point, as it happens.
    private void Catch()
    {
        Drop(_hasCaught, _release, _patience);
        GC.Collect(0, GCCollectionMode.Forced, blocking: true);

        // Another thread's collection may have come while the bait was being made, and moved it to an older generation.
        while (!_hasCaught.Wait(TimeSpan.FromMilliseconds(100)))
        {
            GC.Collect();
        }

        Volatile.Write(ref _caughtAt, Stopwatch.GetTimestamp());
    }

    // Apart, so that no frame still refers to it when the collection looks.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(ManualResetEventSlim hasCaught, ManualResetEventSlim release, TimeSpan patience) =>
        _ = new Bait(hasCaught, release, patience);

    private sealed class Bait(ManualResetEventSlim hasCaught, ManualResetEventSlim release, TimeSpan patience)
    {
        ~Bait()
        {
            hasCaught.Set();
            release.Wait(patience);
        }
    }

    private sealed class Stay : IDisposable
    {
        private readonly bool _isOutermost = !Numeric.IsReadLockHeld;

        internal Stay()
        {
            if (_isOutermost)
            {
                Numeric.EnterReadLock();
            }
        }

        public void Dispose()
        {
            if (_isOutermost)
            {
                Numeric.ExitReadLock();
            }
        }
    }
}
