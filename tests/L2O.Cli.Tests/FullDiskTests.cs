using System.Diagnostics;
using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>A file system of 20 MB that fills up while the program works on it.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const int DiskBytes = 20 << 20;

    private readonly Program _program = new();
    private readonly string _disk;
    private readonly bool _isMounted;

    public FullDiskTests()
    {
        _disk = Directory.CreateDirectory(At("disk")).FullName;
        _isMounted = OperatingSystem.IsLinux()
            && Run("mount", "-t", "tmpfs", "-o", $"size={DiskBytes}", "l2o-test", _disk);
    }

    public void Dispose()
    {
        if (_isMounted)
        {
            Run("umount", "-l", _disk);
        }

        _program.Dispose();
    }

    // Four files of 5 MB: the third checkpoint does not fit beside the two that are kept and the best.
    [Fact]
    public void ACheckpointThatDoesNotFitEndsTheRunAndTheLastOneGoesOnElsewhere() =>
        AssertGoesOnElsewhere(hidden: 330, iterations: 4, freeBytes: DiskBytes);

    // Everything is small but the table, which grows until no row fits.
    [Fact]
    public void ARowThatDoesNotFitEndsTheRunAndTheLastCheckpointGoesOnElsewhere() =>
        AssertGoesOnElsewhere(hidden: 4, iterations: 600, freeBytes: 128 << 10);

    private void AssertGoesOnElsewhere(int hidden, int iterations, int freeBytes)
    {
        Assert.SkipUnless(_isMounted, "mounting a tmpfs is not permitted here");
        _program.Write("learn.yaml", $$"""
            name: learn
            optimizer: {kind: dm, hidden: [{{hidden}}], preprocessing: none, output_scale: 0.01}
            optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
            meta: {iterations: {{iterations}}, steps: 10, unroll: 5}
            validation: {every: 2, episodes: 1}
            checkpoint_seconds: 0
            """);
        if (freeBytes < DiskBytes)
        {
            File.WriteAllBytes(Path.Combine(_disk, "other"), new byte[DiskBytes - freeBytes]);
        }

        Assert.Equal(0, Train("whole").ExitCode);
        var full = Train("disk/run");
        var status = File.ReadAllText(Path.Combine(_disk, "run/run.json"));
        CopyFolder(Path.Combine(_disk, "run"), At("elsewhere"));
        var resumed = Train("elsewhere", "--resume");

        Assert.Equal(1, full.ExitCode);
        Assert.Contains("there is no space left to write it; free some, then go on", full.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", full.Error, StringComparison.Ordinal);
        Assert.Contains("\"status\": \"failed\"", status, StringComparison.Ordinal);
        Assert.Contains("there is no space left", status, StringComparison.Ordinal);
        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
        RunFiles.AssertSame(At("whole"), At("elsewhere"));
    }

    private Result Train(string run, params string[] more) =>
        _program.Run(["train", "--config", "learn.yaml", "--run", run, "--quiet", .. more]);

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target) ?? to);
            File.Copy(file, target);
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process?.WaitForExit();
            return process?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private string At(string name) => Path.Combine(_program.Folder, name);
}
