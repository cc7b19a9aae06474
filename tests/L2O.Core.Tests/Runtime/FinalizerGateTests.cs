using L2O.MetaTraining;
using L2O.Optimizers.Learned;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Runtime;

public sealed class FinalizerGateTests
{
    // Without the gate a few tens of these operations fail on a machine with two cores.
    [Fact]
    public void OperationsWithScalarsAreSafeBesideThreadsThatAllocate()
    {
        using var gate = FinalizerGate.Close(period: TimeSpan.FromSeconds(0.5), patience: Hang.Limit);
        using CancellationTokenSource end = new();
        var other = new Thread(() => Allocate(end.Token)) { IsBackground = true };
        other.Start();

        using (FinalizerGate.Enter())
        using (var scope = NewDisposeScope())
        {
            var x = ones(4, dtype: float64);
            for (var i = 0; i < 200_000; i++)
            {
                using var step = NewDisposeScope();
                Assert.Equal(3.0, ((x + 1) * 2 - 1).data<double>()[0]);
                FinalizerGate.Pass();
            }
        }

        end.Cancel();
        other.Join();
    }

    [Fact]
    public void FinalizersRunAtSafePointsAndNowhereElse()
    {
        using var gate = CloseWithoutPeriod();
        using var computing = FinalizerGate.Enter();
        var count = new Counter();
        Drop(count);
        GC.Collect();

        // A finalizer that is not held back runs within microseconds; on a busy machine this may miss it, but never
        // fails without reason.
        Assert.False(SpinWait.SpinUntil(() => count.Value > 0, TimeSpan.FromMilliseconds(100)));
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                FinalizerGate.Pass();
                return count.Value > 0;
            },
            Hang.Limit));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnUnrollHasSafePointsBetweenItsSteps(bool isWholeGraph)
    {
        using var gate = CloseWithoutPeriod();
        using var computing = FinalizerGate.Enter();
        using var scope = NewDisposeScope();
        var count = new Counter();
        var problem = new FunctionOptimizee(
            x =>
            {
                if (count.Value == 0)
                {
                    // A collection may find what was dropped only after it has become old.
                    GC.Collect();
                }

                return x.square().sum();
            },
            [1, -2]);
        var dm = new DmOptimizer(new() { Hidden = [3] });
        var plan = new UnrollPlan(problem.Layout, problem, default, Length: 100, new(MetaLossForm.Mean), UnrollRegularizer.None);
        var start = new UnrollState(0, problem.InitialTheta(), Optimizer: null);
        Drop(count);

        _ = (isWholeGraph ? Unroll.ByWholeGraph(dm, Phi(), plan, start) : Unroll.ByCotangents(dm, Phi(), plan, start));

        Assert.True(count.Value > 0);
        Tensor Phi() => dm.InitialPhi(RandomStreams.FromSeed(1));
    }

    [Fact]
    public void TwoThreadsPassTheirSafePointsTogether()
    {
        using var gate = CloseWithoutPeriod();
        var count = new Counter();
        Drop(count);
        Thread[] threads =
        [
            .. Enumerable.Range(0, 2).Select(_ => new Thread(() =>
            {
                using var computing = FinalizerGate.Enter();
                SpinWait.SpinUntil(() =>
                {
                    FinalizerGate.Pass();
                    return count.Value > 0;
                });
            }) { IsBackground = true }),
        ];
        Array.ForEach(threads, thread => thread.Start());

        Assert.All(threads, thread => Assert.True(thread.Join(Hang.Limit)));
    }

    // TorchSharp does so where an allocation fails.
    [Fact]
    public void WhoWaitsForFinalizersIsLetGoBeforeLong()
    {
        using var gate = FinalizerGate.Close();
        var waiting = new Thread(GC.WaitForPendingFinalizers) { IsBackground = true };
        waiting.Start();

        Assert.True(waiting.Join(Hang.Limit));
    }

    [Fact]
    public void AnOpenGateHoldsNothingBack()
    {
        FinalizerGate.Close().Dispose();
        var count = new Counter();
        Drop(count);
        GC.Collect();

        Assert.True(SpinWait.SpinUntil(() => count.Value > 0, Hang.Limit));
    }

    // Every safe point lets finalizers run, and nothing else does, however long this thread waits for a core.
    private static FinalizerGate CloseWithoutPeriod() =>
        FinalizerGate.Close(period: TimeSpan.Zero, patience: Hang.Limit);

    private static void Allocate(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            GC.KeepAlive(new byte[2000]);
            Thread.SpinWait(20);
        }
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Drop(Counter count) => _ = new Dropped(count);

    private sealed class Counter
    {
        private int _value;

        internal int Value => Volatile.Read(ref _value);

        internal void Increment() => Interlocked.Increment(ref _value);
    }

    private sealed class Dropped(Counter count)
    {
        ~Dropped() => count.Increment();
    }
}
