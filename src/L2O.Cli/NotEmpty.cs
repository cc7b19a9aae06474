using System.CommandLine.Parsing;

namespace L2O.Cli;

/// <summary>Refuses paths that are empty, as a shell variable that is not set leaves them.</summary>
internal static class NotEmpty
{
    /// <summary>A check of an option or argument.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="what">What it names, with its article.</param>
    internal static Action<SymbolResult> Path(string name, string what) => result =>
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
        {
            result.AddError($"{name} is empty; name {what}");
        }
    };
}
