using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace L2O.Runtime;

/// <summary>
/// Lets finalizers run only at safe points of numeric code. TorchSharp frees the native side of a scalar operand from a
/// finalizer, and nothing keeps the operand alive until libtorch has read it: with another thread that allocates, `x + 1`
/// ends now and then in an error about an unknown scalar type. While anyone holds the gate closed the runtime's one
/// finalizer thread waits inside a finalizer of ours, and is let go only when no thread is between making an operand and
/// using it.
/// </summary>
/// <remarks>
/// The library closes it by itself, for as long as a <see cref="NumericWork"/> lasts. It can be removed once TorchSharp keeps
/// a Scalar operand alive across the native call, by GC.KeepAlive or a SafeHandle in Tensor's operators and methods.
/// </remarks>
public static class FinalizerGate
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(0.5);

    // Closing costs a garbage collection, so the gate stays closed for a moment: calls in a loop close it once.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(0.1);

    // TorchSharp itself waits for finalizers where memory lacks, before it tries again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly ReaderWriterLockSlim Numeric = new(LockRecursionPolicy.NoRecursion);

    // Held by whoever stops the finalizer thread, so that nobody computes before it has stopped.
    private static readonly Lock Stopping = new();

    // Guards what the finalizer thread reads; a monitor, because the two wait for each other.
    private static readonly object Sync = new();

    private static int _holdCount;
    private static long _openedAt;
    private static long _stoppedAt;
    private static Stop? _stop;
    private static bool _isExiting;

    // The end of the process waits for the finalizer thread.
    static FinalizerGate() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        lock (Sync)
        {
            _isExiting = true;
            Monitor.PulseAll(Sync);
        }
    };

    /// <summary>Whether anyone holds the gate closed.</summary>
    internal static bool IsClosed => Volatile.Read(ref _holdCount) > 0;

    /// <summary>
    /// Holds the gate closed for the whole process until the result is disposed. Holds may overlap: it opens with the last.
    /// A program that computes from its start to its end saves the library closing it again and again.
    /// </summary>
    public static IDisposable Close()
    {
        lock (Stopping)
        {
            bool isStopped;
            lock (Sync)
            {
                _holdCount++;
                isStopped = _stop is { HasBegun: true, HasEnded: false };
            }

            if (!isStopped)
            {
                StopFinalizers();
            }
        }

        return new Hold();
    }

    /// <summary>
    /// Closes the gate and says that this thread computes, both until the result is disposed. Inside another such stay it is
    /// only a safe point.
    /// </summary>
    internal static IDisposable Enter()
    {
        if (Numeric.IsReadLockHeld)
        {
            Pass();
            return Nothing.Instance;
        }

        var hold = Close();
        Numeric.EnterReadLock();
        Pass();
        return new Stay(hold);
    }

    /// <summary>Says that this thread waits for others, which compute, until the result is disposed.</summary>
    internal static IDisposable Leave()
    {
        if (!Numeric.IsReadLockHeld)
        {
            return Nothing.Instance;
        }

        Numeric.ExitReadLock();
        return new Absence();
    }

    /// <summary>
    /// A safe point: this thread holds no tensor operation half done. Lets finalizers run if that is due, once all threads
    /// that compute are at one.
    /// </summary>
    internal static void Pass()
    {
        if (!IsDue || !Numeric.IsReadLockHeld)
        {
            return;
        }

        Numeric.ExitReadLock();
        Numeric.EnterWriteLock();
        try
        {
            if (IsDue)
            {
                RunFinalizers();
            }
        }
        finally
        {
            Numeric.ExitWriteLock();
            Numeric.EnterReadLock();
        }
    }

    private static bool IsDue => IsClosed && Stopwatch.GetElapsedTime(Volatile.Read(ref _stoppedAt)) > Period;

    private static void RunFinalizers()
    {
        lock (Stopping)
        {
            lock (Sync)
            {
                if (_stop is { } stop)
                {
                    stop.IsReleased = true;
                    Monitor.PulseAll(Sync);
                }
            }

            StopFinalizers();
        }
    }

    // What the collection finds dead besides the bait is finalized before it or at the next safe point, as it happens.
    private static void StopFinalizers()
    {
        Stop stop = new();
        Drop(stop);
        GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        lock (Sync)
        {
            // Another thread's collection may have come while the bait was being made, and moved it to an older generation.
            while (!stop.HasBegun)
            {
                if (!Monitor.Wait(Sync, TimeSpan.FromMilliseconds(100)))
                {
                    GC.Collect();
                }
            }

            _stop = stop;
            Volatile.Write(ref _stoppedAt, Stopwatch.GetTimestamp());
        }
    }

    // Apart, so that no frame still refers to it when the collection looks.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(Stop stop) => _ = new Bait(stop);

    // What the finalizer thread does meanwhile. It looks at the time by itself: to wake it would cost every hold a switch.
    private static void WaitForRelease(Stop stop)
    {
        lock (Sync)
        {
            stop.HasBegun = true;
            Monitor.PulseAll(Sync);
            var since = Stopwatch.GetTimestamp();
            while (!stop.IsReleased && !_isExiting && (_holdCount > 0
                ? Stopwatch.GetElapsedTime(since) < Patience
                : Stopwatch.GetElapsedTime(_openedAt) < Linger))
            {
                Monitor.Wait(Sync, Linger);
            }

            stop.HasEnded = true;
        }
    }

    private sealed class Stop
    {
        internal bool HasBegun { get; set; }

        internal bool IsReleased { get; set; }

        internal bool HasEnded { get; set; }
    }

    private sealed class Bait(Stop stop)
    {
        ~Bait() => WaitForRelease(stop);
    }

    private sealed class Hold : IDisposable
    {
        private bool _isDisposed;

        public void Dispose()
        {
            lock (Sync)
            {
                if (!_isDisposed && --_holdCount == 0)
                {
                    _openedAt = Stopwatch.GetTimestamp();
                }

                _isDisposed = true;
            }
        }
    }

    private sealed class Stay(IDisposable hold) : IDisposable
    {
        public void Dispose()
        {
            Numeric.ExitReadLock();
            hold.Dispose();
        }
    }

    private sealed class Absence : IDisposable
    {
        public void Dispose() => Numeric.EnterReadLock();
    }

    private sealed class Nothing : IDisposable
    {
        internal static readonly Nothing Instance = new();

        public void Dispose()
        {
        }
    }
}
