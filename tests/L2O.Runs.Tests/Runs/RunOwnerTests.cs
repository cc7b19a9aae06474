using System.Diagnostics;
using System.Text.Json;
using L2O.Errors;
using L2O.Runs;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Runs;

public sealed class RunOwnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OneProcessOwnsARunUntilItLetsGo()
    {
        using (RunOwner.Claim(_folder.Root))
        {
            Assert.StartsWith(
                $"{_folder.Root}: is in use by process {Environment.ProcessId} on {Environment.MachineName}; wait for it, or choose "
                + "another --run (files are not locked here, so owner.json says this",
                Assert.Throws<ConfigException>(() => RunOwner.Claim(_folder.Root)).Message,
                StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    [Fact]
    public void AProcessThatHasEndedKeepsNobodyOut()
    {
        using var ended = Process.Start("dotnet", "--version");
        var start = ended.StartTime.ToUniversalTime();
        ended.WaitForExit();
        Write(new(Environment.MachineName, ended.Id, start));

        using (RunOwner.Claim(_folder.Root))
        {
            Assert.Equal(Environment.ProcessId, RunOwner.Of(_folder.Root)?.ProcessId);
        }

        // Another process has the number now.
        Write(new(Environment.MachineName, Environment.ProcessId, DateTime.UtcNow.AddDays(-1)));
        RunOwner.Claim(_folder.Root).Dispose();
    }

    [Fact]
    public void OfAnotherMachineItIsSaidHowToGoOn()
    {
        Write(new("elsewhere", 7, DateTime.UtcNow));

        Assert.EndsWith(
            "is in use by process 7 on elsewhere; wait for it, or choose another --run (files are not locked here, so owner.json says "
            + "this: delete it if that process has ended)",
            Assert.Throws<ConfigException>(() => RunOwner.Claim(_folder.Root)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatNamesNobodyIsNamed()
    {
        File.WriteAllText(_folder.File("owner.json"), "{");

        Assert.Equal(
            $"{_folder.File("owner.json")}: does not say which process is at work on the run; delete it if none is",
            Assert.Throws<ConfigException>(() => RunOwner.Claim(_folder.Root)).Message);
    }

    private void Write(RunOwner owner) => File.WriteAllText(_folder.File("owner.json"), JsonSerializer.Serialize(owner));
}
