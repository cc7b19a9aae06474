using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using L2O.Tests.Support;

namespace L2O.Cli.Tests.Support;

/// <summary>A terminal that a program runs in, made by util-linux' `script`, and what appears there.</summary>
internal static partial class PseudoTerminal
{
    private const string Script = "/usr/bin/script";

    internal static bool IsThere => OperatingSystem.IsLinux() && File.Exists(Script) && File.Exists("/usr/bin/stty");

    /// <summary>Runs the program to its end in a terminal of so many columns.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="columns">Of the terminal.</param>
    /// <param name="arguments">Of the program.</param>
    internal static Screen Run(string folder, int columns, params string[] arguments)
    {
        string[] command = ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "l2o.dll"), .. arguments];
        var line = $"stty cols {columns} rows 24; exec {string.Join(' ', command.Select(Quoted))}";
        using var process = Process.Start(new ProcessStartInfo(Script, ["-qec", line, "/dev/null"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
            Environment = { ["TERM"] = "xterm", ["COLUMNS"] = "", ["SHELL"] = "/bin/sh" },
        }) ?? throw new InvalidOperationException($"{Script} did not start");
        var text = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Hang.Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"l2o {string.Join(' ', arguments)} did not end in a terminal");
        }

        return new(process.ExitCode, Escape().Replace(text.Result, "").Replace("\r\n", "\n", StringComparison.Ordinal));
    }

    private static string Quoted(string argument) => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // Colours and modes, which take no room.
    [GeneratedRegex(@"\x1b(\[[0-9;?]*[a-zA-Z]|[=>])")]
    private static partial Regex Escape();
}

/// <summary>What appeared on a terminal.</summary>
/// <param name="ExitCode">Of the program.</param>
/// <param name="Text">Without colours; a carriage return where a line was written over.</param>
internal sealed record Screen(int ExitCode, string Text)
{
    /// <summary>Every line that appeared, those that others took the place of too.</summary>
    internal IReadOnlyList<string> Lines => Text.Split('\n', '\r');

    /// <summary>What is left to see at the end.</summary>
    internal IReadOnlyList<string> LastLines => [.. Text.Split('\n').Select(line => line.Split('\r')[^1])];
}
