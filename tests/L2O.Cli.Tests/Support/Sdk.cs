using System.Diagnostics;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests.Support;

/// <summary>The SDK's `dotnet`, as users call it.</summary>
internal static class Sdk
{
    private static readonly string Configuration =
        Directory.GetParent(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))?.Name ?? "Debug";

    /// <summary>Runs it to its end, which must be a good one, and returns what it printed.</summary>
    internal static string Run(string folder, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    /// <summary>
    /// Packs the program as a tool, which is without libtorch, installs it into a folder, and returns its l2o.dll. What the build leaves
    /// is kept for the next time, apart from what other builds leave.
    /// </summary>
    internal static string InstallTool(string folder)
    {
        Run(
            Repository.Root,
            "pack", Path.Combine(Repository.Root, "src", "L2O.Cli"), "--configuration", Configuration, "-p:RunAnalyzers=false",
            "--artifacts-path", Path.Combine(AppContext.BaseDirectory, "tool"), "--output", folder, "-nologo", "-nodeReuse:false");
        Run(folder, "tool", "install", "l2o", "--tool-path", "tool", "--source", folder);
        return Assert.Single(Directory.GetFiles(Path.Combine(folder, "tool"), "l2o.dll", SearchOption.AllDirectories));
    }

    /// <summary>Leaves the library's package in a folder, as it is built for these tests.</summary>
    internal static void PackLibrary(string folder, params string[] arguments) => Run(
        Repository.Root,
        [
            "pack", Path.Combine(Repository.Root, "src", "L2O.Core"), "--no-build", "--configuration", Configuration, "--output", folder,
            "-nologo", "-nodeReuse:false", .. arguments,
        ]);
}
