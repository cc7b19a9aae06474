using System.CommandLine;
using L2O.Plugins;
using L2O.Runs;

namespace L2O.Cli.Arguments;

/// <summary>Code of others, which runs only where the command line names it.</summary>
internal static class PluginOption
{
    internal static readonly Option<string[]> Option = new("--plugin")
    {
        Description = "Load this plug-in, whose kinds configs can name then; may be repeated",
        HelpName = "FILE",
        Recursive = true,
        DefaultValueFactory = _ => [],
        CustomParser = PathParser.Many("--plugin", "a file"),
    };

    /// <summary>Loads the plug-ins; to be done before a config is read.</summary>
    /// <returns>Their kinds, each until it is disposed of.</returns>
    internal static IReadOnlyList<IDisposable> Load(ParseResult parsed) => [.. Paths(parsed).SelectMany(PluginFile.Load)];

    /// <summary>What a run notes of them, by name.</summary>
    internal static IReadOnlyDictionary<string, RunPlugin> Describe(ParseResult parsed) => PluginFile.Describe(Paths(parsed));

    /// <summary>The options that give another command the same.</summary>
    internal static IEnumerable<string> Arguments(ParseResult parsed) =>
        Paths(parsed).SelectMany(path => (string[])[Option.Name, path]);

    private static IEnumerable<string> Paths(ParseResult parsed) => parsed.GetRequiredValue(Option).DistinctBy(Path.GetFullPath);
}
