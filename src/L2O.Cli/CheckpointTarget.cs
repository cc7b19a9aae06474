using System.CommandLine;
using L2O.Cli.Arguments;
using L2O.Errors;

namespace L2O.Cli;

/// <summary>Where commands that write one checkpoint put it.</summary>
internal static class CheckpointTarget
{
    internal static readonly Option<string> OutOption = new("--out")
    {
        Description = "The checkpoint to write",
        HelpName = "FILE",
        Required = true,
        CustomParser = PathParser.One("--out", "a file"),
    };

    internal static readonly Option<bool> ForceOption = new("--force") { Description = "Replace --out if it is there" };

    /// <summary>The file, which may be written.</summary>
    /// <exception cref="ConfigException">It is a directory, or is there and not to be replaced.</exception>
    internal static string Free(ParseResult parsed)
    {
        var path = parsed.GetRequiredValue(OutOption);
        return Directory.Exists(path) ? throw new ConfigException($"{path}: is a directory; name a file in it by --out")
            : File.Exists(path) && !parsed.GetValue(ForceOption)
                ? throw new ConfigException($"{path}: is there already; choose another --out, or replace it by --force")
                : path;
    }
}
