using L2O.Evaluation;
using L2O.Flatness.Curvature;
using L2O.MetaTraining;
using L2O.Optimizers.Handcrafted;
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
        using var gate = FinalizerGate.Close();
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
        using var gate = FinalizerGate.Close();
        using var computing = FinalizerGate.Enter();
        var count = new Counter();
        Drop(count);
        GC.Collect();

        // Where finalizers are not held back this one runs within microseconds.
        Assert.False(SpinWait.SpinUntil(() => count.Value > 0, TimeSpan.FromMilliseconds(100)));
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                FinalizerGate.Pass();
                return count.Value > 0;
            },
            Hang.Limit));
    }

    // For less than the time after which whoever waits is let go.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnUnrollHasSafePointsBetweenItsSteps(bool isWholeGraph)
    {
        using var gate = FinalizerGate.Close();
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
                    Thread.Sleep(TimeSpan.FromMilliseconds(20));
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
        using var gate = FinalizerGate.Close();
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
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());

        Assert.All(threads, thread => Assert.True(thread.Join(Hang.Limit)));
    }

    // TorchSharp does so where an allocation fails.
    [Fact]
    public void WhoWaitsForFinalizersIsLetGoBeforeLong()
    {
        using var gate = FinalizerGate.Close();
        var waiting = new Thread(GC.WaitForPendingFinalizers);
        waiting.Start();

        Assert.True(waiting.Join(TimeSpan.FromSeconds(60)));
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

    [Fact]
    public void TheGateIsClosedUntilAllWhoClosedItHaveOpenedIt()
    {
        var (first, second) = (FinalizerGate.Close(), FinalizerGate.Close());
        var count = new Counter();

        first.Dispose();
        first.Dispose();
        Drop(count);
        GC.Collect();
        Assert.False(SpinWait.SpinUntil(() => count.Value > 0, TimeSpan.FromMilliseconds(300)));

        second.Dispose();
        Assert.True(SpinWait.SpinUntil(() => count.Value > 0, Hang.Limit));
    }

    public static TheoryData<string, Action<Func<Tensor, Tensor>>> Calls => new()
    {
        { "evaluation", loss => Evaluator().Run(new Sgd(new()), new("f", Problem(loss)), seed: 0, () => { }, default) },
        { "tuning", loss => Evaluator().ValidationLoss(new Sgd(new()), new("f", Problem(loss)), 0, () => { }, default) },
        { "meta-training", loss => Advance(Trainer(loss, workers: 1)) },
        { "meta-training by two threads", loss => Advance(Trainer(loss, workers: 2)) },
        { "validation", loss => Validate(Trainer(loss, workers: 1)) },
        { "flatness", loss => HutchinsonTrace.Of(HessianOf(loss), probes: 2, RandomStreams.FromSeed(1)) },
        { "a Hessian", loss => HessianOf(loss) },
    };

    // The loss waits for less than the time after which finalizers are let run.
    [Theory]
    [MemberData(nameof(Calls))]
    public void AProgramThatClosesNothingIsProtectedDuringACallAndFreeAfterIt(string name, Action<Func<Tensor, Tensor>> call)
    {
        using var scope = NewDisposeScope();
        var (count, dropped, ran) = (new Counter(), 0, false);

        call(x =>
        {
            if (Interlocked.Increment(ref dropped) == 1)
            {
                Drop(count);
                GC.Collect();
                ran = SpinWait.SpinUntil(() => count.Value > 0, TimeSpan.FromMilliseconds(100));
            }

            return x.square().sum();
        });

        Assert.True(dropped > 0, name);
        Assert.False(ran, name);
        Assert.False(FinalizerGate.IsClosed, name);
        Assert.True(SpinWait.SpinUntil(() => count.Value > 0, Hang.Limit), name);
    }

    // Inside a piece of work, where the caller's thread would keep the workers from their safe points.
    [Fact]
    public void WorkersHaveSafePointsWhileTheirCallerWaits()
    {
        var count = new Counter();
        using (NumericWork.Begin())
        {
            Drop(count);
            new Workers(2).Map(
                [0, 1],
                (_, _) =>
                {
                    using var piece = NumericWork.Begin();
                    return SpinWait.SpinUntil(
                        () =>
                        {
                            NumericWork.SafePoint();
                            return count.Value > 0;
                        },
                        Hang.Limit);
                },
                CancellationToken.None);
        }

        Assert.True(count.Value > 0);
    }

    private static Evaluator Evaluator() => new(
        new() { Steps = 3, RecordEvery = 1, Targets = [], DivergedAbove = 10 }, RandomStreams.FromSeed(1), TimeProvider.System);

    private static FunctionOptimizee Problem(Func<Tensor, Tensor> loss) => new(loss, [1, -2]);

    private static MetaTrainer Trainer(Func<Tensor, Tensor> loss, int workers) => new(
        new DmOptimizer(new() { Hidden = [3] }),
        new Sgd(new()),
        [new("f", Problem(loss), Weight: 1)],
        regularizer: null,
        teachers: [],
        new() { Steps = 3, Unroll = 3, Tasks = 2 },
        RandomStreams.FromSeed(1),
        new(CPU, ScalarType.Float64),
        new(workers));

    private static void Advance(MetaTrainer trainer) => trainer.Advance(trainer.Start());

    private static void Validate(MetaTrainer trainer) => trainer.Validate(trainer.Start(), episodes: 2, CancellationToken.None);

    private static Hessian HessianOf(Func<Tensor, Tensor> loss) =>
        new(Problem(loss).Minibatch(step: 0, draw: 0), Problem(loss).InitialTheta());

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
