using L2O.Runtime;
using Xunit;

namespace L2O.Tests.Runtime;

public sealed class WorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void ResultsComeInTheOrderOfThePieces(int count)
    {
        int[] pieces = [.. Enumerable.Range(0, 50)];

        var results = new Workers(count).Map(pieces, (piece, _) => piece * piece, default);

        Assert.Equal(pieces.Select(piece => piece * piece), results);
    }

    [Fact]
    public void OneWorkerIsTheCallersThread()
    {
        var threads = new Workers(1).Map([1, 2, 3], (_, _) => Environment.CurrentManagedThreadId, default);

        Assert.All(threads, thread => Assert.Equal(Environment.CurrentManagedThreadId, thread));
    }

    [Fact]
    public void PiecesInsidePiecesAreNeverAtWorkOnMoreThreadsThanThereAre()
    {
        var workers = new Workers(3);
        int[] ten = [.. Enumerable.Range(0, 10)];
        int atWork = 0, most = 0;
        int Inner(int piece)
        {
            most = Math.Max(most, Interlocked.Increment(ref atWork));
            Thread.SpinWait(10_000);
            Interlocked.Decrement(ref atWork);
            return piece;
        }

        var sums = workers.Map(
            ten, (outer, stop) => workers.Map(ten, (inner, _) => Inner(inner) + outer, stop).Sum(), default);

        Assert.Equal(ten.Select(outer => 45 + (10 * outer)), sums);
        Assert.InRange(most, 1, 3);
    }

    [Fact]
    public void TheFirstErrorIsThrownAsItIsAndEndsTheOtherPieces()
    {
        using var bothBegun = new Barrier(2);
        var error = new InvalidOperationException("broken");

        var thrown = Assert.Throws<InvalidOperationException>(() => new Workers(2).Map(
            [0, 1, 2],
            (piece, stop) =>
            {
                bothBegun.SignalAndWait(CancellationToken.None);
                if (piece == 0)
                {
                    throw error;
                }

                stop.WaitHandle.WaitOne();
                stop.ThrowIfCancellationRequested();
                return piece;
            },
            default));

        Assert.Same(error, thrown);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void CancellationEndsAll(int count)
    {
        using CancellationTokenSource source = new();

        Assert.ThrowsAny<OperationCanceledException>(() => new Workers(count).Map(
            [0, 1, 2, 3, 4, 5],
            (piece, stop) =>
            {
                source.Cancel();
                stop.ThrowIfCancellationRequested();
                return piece;
            },
            source.Token));
    }
}
