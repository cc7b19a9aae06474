using System.Diagnostics;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests.Support;

/// <summary>PowerShell 7, a tool of .NET's, which the tests install once for all times where packages are to be had.</summary>
internal static class PowerShell
{
    // A later one may ask for a later .NET.
    private const string Version = "7.6.9";

    private static readonly Lazy<string?> Path = new(Install);

    /// <summary>Runs a script of the repository to its end, or skips the test where there is no PowerShell.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="program">What L2O names.</param>
    /// <param name="script">The name of its file.</param>
    /// <param name="arguments">Of the script.</param>
    internal static Result Run(string folder, string program, string script, params string[] arguments)
    {
        Assert.SkipWhen(Path.Value is null, "the .NET tool PowerShell cannot be installed");
        string[] command = ["-NoProfile", "-File", System.IO.Path.Combine(Repository.Root, "scripts", script), .. arguments];
        ProcessStartInfo start = new(Path.Value, command)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["L2O"] = program, ["POWERSHELL_TELEMETRY_OPTOUT"] = "1", ["POWERSHELL_UPDATECHECK"] = "Off" },
        };
        return Program.End(Process.Start(start) ?? throw new InvalidOperationException("PowerShell did not start"), command);
    }

    // Installed elsewhere and moved, so that no other process finds half of it.
    private static string? Install()
    {
        var cache = System.IO.Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache", "l2o-tests", $"powershell-{Version}");
        var program = System.IO.Path.Combine(cache, OperatingSystem.IsWindows() ? "pwsh.exe" : "pwsh");
        if (File.Exists(program))
        {
            return program;
        }

        var folder = $"{cache}-{Environment.ProcessId}";
        using var installation = Process.Start(new ProcessStartInfo(
            "dotnet", ["tool", "install", "PowerShell", "--version", Version, "--tool-path", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        installation?.StandardOutput.ReadToEnd();
        installation?.WaitForExit();
        if (installation?.ExitCode == 0 && !Directory.Exists(cache))
        {
            Directory.Move(folder, cache);
        }

        return File.Exists(program) ? program : null;
    }
}
