using L2O.Errors;
using L2O.Storage;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Storage;

public sealed class DurableFileTests
{
    [Fact]
    public void ReplacesTheContentAndLeavesNothingBeside()
    {
        using var folder = new TemporaryFolder();

        DurableFile.WriteText(folder.File("a"), "old and long");
        DurableFile.WriteText(folder.File("a"), "é");

        Assert.Equal([0xC3, 0xA9], File.ReadAllBytes(folder.File("a")));
        Assert.Equal([folder.File("a")], Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void AnInterruptedWriteLeavesTheOldFile()
    {
        using var folder = new TemporaryFolder();
        DurableFile.WriteText(folder.File("a"), "old");

        Assert.Throws<OperationCanceledException>(() => DurableFile.Write(folder.File("a"), stream =>
        {
            stream.Write(new byte[100_000]);
            throw new OperationCanceledException();
        }));

        Assert.Equal("old", File.ReadAllText(folder.File("a")));
        Assert.Equal([folder.File("a")], Directory.GetFileSystemEntries(folder.Root));
    }

    [Fact]
    public void WhatAKilledWriteLeftIsWrittenOver()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.tmp"), "half a file that was never renamed");

        DurableFile.WriteText(folder.File("a"), "new");

        Assert.Equal("new", File.ReadAllText(folder.File("a")));
        Assert.False(File.Exists(folder.File("a.tmp")));
    }

    [Fact]
    public void AFullDiskLeavesTheOldFileAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        DurableFile.WriteText(folder.File("a"), "old");

        var error = Assert.Throws<StorageException>(() => DurableFile.Write(folder.File("a"), stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("No space left on device", 28);
        }));

        Assert.Equal(1, error.ExitCode);
        Assert.Equal(
            $"{folder.File("a")}: there is no space left to write it; free some, then go on (a run goes on with --resume)",
            error.Message);
        Assert.Equal("old", File.ReadAllText(folder.File("a")));
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsNamed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");
        var path = Path.Combine(folder.File("file"), "a");

        var error = Assert.Throws<StorageException>(() => DurableFile.WriteText(path, "new"));

        Assert.StartsWith($"{path}: cannot be written (", error.Message, StringComparison.Ordinal);
        Assert.Throws<StorageException>(() => DurableFile.WriteText(folder.File("no/such/folder"), "new"));
    }

    // /dev/full answers every write with "no space left", as a full disk does.
    [Fact]
    public void ADeviceWithoutSpaceLeavesTheOldFile()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "only Linux has /dev/full");
        using var folder = new TemporaryFolder();
        DurableFile.WriteText(folder.File("a"), "old");
        File.CreateSymbolicLink(folder.File("a.tmp"), "/dev/full");

        var error = Assert.Throws<StorageException>(() => DurableFile.WriteText(folder.File("a"), "new"));

        Assert.Contains("no space left", error.Message, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(folder.File("a")));
        Assert.Equal([folder.File("a")], Directory.GetFileSystemEntries(folder.Root));
    }
}
