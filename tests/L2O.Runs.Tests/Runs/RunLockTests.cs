using L2O.Runs;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Runs;

public sealed class RunLockTests
{
    // Each look holds the lock for an instant, in which a run that begins would find it taken.
    [Fact]
    public async Task LookingWhetherARunIsAtWorkDoesNotKeepItFromBeginning()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource end = new();
        RunLock.Take(folder.Root).Dispose();
        var looking = Task.Run(() =>
        {
            while (!end.Token.WaitHandle.WaitOne(1))
            {
                RunLock.IsHeld(folder.Root);
            }
        });
        for (var i = 0; i < 300; i++)
        {
            RunLock.Take(folder.Root).Dispose();
        }

        await end.CancelAsync();
        await looking;
    }

    [Fact]
    public void ARunIsAtWorkWhileItsLockIsHeld()
    {
        using TemporaryFolder folder = new();

        Assert.False(RunLock.IsHeld(folder.File("nowhere")));
        Assert.False(RunLock.IsHeld(folder.Root));
        using (RunLock.Take(folder.Root))
        {
            Assert.True(RunLock.IsHeld(folder.Root));
        }

        Assert.False(RunLock.IsHeld(folder.Root));
    }
}
