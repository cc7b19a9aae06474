using System.Globalization;
using System.Runtime.InteropServices;

namespace L2O.Cli;

/// <summary>A signal that asks the program to end.</summary>
/// <param name="Name">As `kill -l` has it, with SIG before it.</param>
/// <param name="Number">Negative for those that .NET names, else the system's own.</param>
internal sealed record InterruptionSignal(string Name, PosixSignal Number)
{
    private const string Ignored = "SigIgn:";

    /// <summary>
    /// What people, terminals that go away, and schedulers send; the last two before a limit, where they are told to. .NET
    /// names neither.
    /// </summary>
    internal static IReadOnlyList<InterruptionSignal> All { get; } =
    [
        new("SIGINT", PosixSignal.SIGINT),
        new("SIGTERM", PosixSignal.SIGTERM),
        new("SIGHUP", PosixSignal.SIGHUP),
        .. OperatingSystem.IsWindows() ? Array.Empty<InterruptionSignal>() : [
            new("SIGUSR1", (PosixSignal)(OperatingSystem.IsLinux() ? 10 : 30)),
            new("SIGXCPU", (PosixSignal)24),
        ],
    ];

    /// <summary>Whether it comes from the keyboard.</summary>
    internal bool IsCtrlC => Number == PosixSignal.SIGINT;

    /// <summary>Whether who started the program had it ignored, as `nohup` does with SIGHUP; Linux alone tells.</summary>
    internal bool IsIgnored => Number == PosixSignal.SIGHUP && IsIgnoredOnLinux(number: 1);

    private static bool IsIgnoredOnLinux(int number)
    {
        const string Status = "/proc/self/status";
        if (!File.Exists(Status))
        {
            return false;
        }

        var line = File.ReadLines(Status).FirstOrDefault(text => text.StartsWith(Ignored, StringComparison.Ordinal));
        return ulong.TryParse(line?[Ignored.Length..], NumberStyles.HexNumber | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var mask)
            && (mask >> (number - 1) & 1) == 1;
    }
}
