using System.Globalization;

namespace L2O.Cli.Output;

/// <summary>How wide text may be.</summary>
internal static class Terminal
{
    /// <summary>What nearly every terminal, log and mail has room for.</summary>
    internal const int UsualWidth = 80;

    // In less, even short names would be cut.
    private const int LeastWidth = 40;

    /// <summary>The characters of a line on stdout: COLUMNS where it is set, else those of the terminal; null where there is none.</summary>
    internal static int? OutputWidth =>
        FromEnvironment() ?? (Console.IsOutputRedirected ? null : FromTerminal());

    /// <summary>The same of stderr where it is a terminal.</summary>
    internal static int ErrorWidth => FromEnvironment() ?? FromTerminal();

    private static int? FromEnvironment() =>
        int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out var width)
        && width > 0
            ? Math.Max(LeastWidth, width)
            : null;

    // A terminal may not know its size, and one that was just closed has none.
    private static int FromTerminal()
    {
        try
        {
            return Console.WindowWidth > 0 ? Math.Max(LeastWidth, Console.WindowWidth) : UsualWidth;
        }
        catch (IOException)
        {
            return UsualWidth;
        }
    }
}
