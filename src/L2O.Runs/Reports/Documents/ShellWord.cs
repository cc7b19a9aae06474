using System.Text.RegularExpressions;

namespace L2O.Reports.Documents;

/// <summary>Words of commands, as a POSIX shell reads them.</summary>
public static partial class ShellWord
{
    /// <summary>A text as one word, in quotes where it needs them.</summary>
    public static string Of(string text) =>
        Plain().IsMatch(text) ? text : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[A-Za-z0-9_./:=,@%+-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
