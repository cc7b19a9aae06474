using System.Text.RegularExpressions;
using L2O.Options;

namespace L2O.Runs;

/// <summary>Names that become part of a path.</summary>
internal static partial class RunName
{
    internal static IEnumerable<OptionProblem> Problems(string key, string name) => Require.That(
        Safe().IsMatch(name),
        key,
        "cannot name a folder; choose letters, digits, '.', '_' and '-', starting with a letter or digit");

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Safe();
}
