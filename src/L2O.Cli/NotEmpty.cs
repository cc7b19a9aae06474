using System.CommandLine.Parsing;

namespace L2O.Cli;

/// <summary>Rejects empty paths, for instance from a shell variable that is not set.</summary>
internal static class NotEmpty
{
    /// <summary>The validator of an option or argument.</summary>
    /// <param name="name">The option or argument, as the user types it.</param>
    /// <param name="what">What the path names, with its article.</param>
    internal static Action<SymbolResult> Path(string name, string what) => result =>
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
        {
            result.AddError($"{name} is empty; name {what}");
        }
    };
}
