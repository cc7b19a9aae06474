using System.Text.RegularExpressions;

namespace L2O.Cli.Output;

/// <summary>Commands as a POSIX shell reads them.</summary>
internal static partial class ShellText
{
    /// <summary>`l2o` with these arguments.</summary>
    internal static string Command(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quoted).Prepend("l2o"));

    private static string Quoted(string argument) => Plain().IsMatch(argument)
        ? argument
        : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[A-Za-z0-9_./:=@%+,-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
