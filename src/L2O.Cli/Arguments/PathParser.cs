using System.CommandLine.Parsing;
using L2O.Configs;

namespace L2O.Cli.Arguments;

/// <summary>Reads paths of the command line. Rejects empty ones, for instance from a shell variable that is not set.</summary>
internal static class PathParser
{
    /// <summary>The parser of an option or argument that takes one path.</summary>
    /// <param name="name">The option or argument, as the user types it.</param>
    /// <param name="what">What the path names, with its article.</param>
    internal static Func<ArgumentResult, string> One(string name, string what) => result =>
        Many(name, what)(result).FirstOrDefault("");

    /// <summary>The same for several paths.</summary>
    internal static Func<ArgumentResult, string[]> Many(string name, string what) => result =>
    [
        .. result.Tokens.Select(token =>
        {
            if (UserPath.TryExpand(token.Value, out var path, out var problem))
            {
                return path;
            }

            result.AddError(token.Value.Length == 0 ? $"{name} is empty; name {what}" : $"{name} {token.Value} {problem}");
            return "";
        }),
    ];
}
