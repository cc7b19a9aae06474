using System.CommandLine;
using L2O.Errors;
using L2O.Runtime;

namespace L2O.Cli.Arguments;

/// <summary>Which libtorch computes: that of --libtorch, else of L2O_LIBTORCH, else the one that comes with the program.</summary>
internal static class LibtorchOption
{
    private const string Variable = "L2O_LIBTORCH";

    internal static readonly Option<string?> Option = new("--libtorch")
    {
        Description = $"The libtorch to compute with, where the program comes without: torch/lib of a Python install of PyTorch, or another [default: ${Variable}]",
        HelpName = "DIR",
        Recursive = true,
        CustomParser = PathParser.One("--libtorch", "a directory"),
    };

    // Once for the process, and only where something is computed: it takes a moment.
    private static readonly Lazy<LibtorchFolder?> Loaded = new(() =>
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } directory)
        {
            return Libtorch.LoadFrom(directory);
        }

        Libtorch.Require();
        return null;
    });

    /// <summary>Puts the option where this process, and those that it starts, look for it.</summary>
    /// <exception cref="ConfigException">It names no libtorch.</exception>
    internal static void Publish(ParseResult parsed)
    {
        if (parsed.GetValue(Option) is { } directory)
        {
            Environment.SetEnvironmentVariable(Variable, LibtorchFolder.Find(directory).Path);
        }
    }

    /// <summary>Makes sure of it, and warns of a version that TorchSharp was not made for. To be called before the first tensor.</summary>
    /// <exception cref="ConfigException">There is none, or it cannot be used.</exception>
    internal static void Require()
    {
        if (!Loaded.IsValueCreated && Loaded.Value?.Warning is { } warning)
        {
            Console.Error.WriteLine($"warning: {warning}");
        }
    }
}
