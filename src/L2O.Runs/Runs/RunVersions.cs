using System.Reflection;
using System.Runtime.InteropServices;
using L2O.Runtime;
using TorchSharp;

namespace L2O.Runs;

/// <summary>Versions of this program and of what it stands on.</summary>
internal static class RunVersions
{
    // The build writes the version, '+' and the commit it was made from.
    private static readonly string[] _own = typeof(RunVersions).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') ?? ["unknown"];

    /// <summary>Of this program.</summary>
    internal static string Program => _own[0];

    /// <summary>The commit that the program was built from; null where it was built outside of git.</summary>
    internal static string? GitCommit => _own is [_, var commit] ? commit : null;

    /// <summary>Versions by name; loads libtorch.</summary>
    internal static SortedDictionary<string, string> Current() => new(StringComparer.Ordinal)
    {
        ["l2o"] = Program,
        ["torchsharp"] = typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "unknown",
        ["libtorch"] = Libtorch.Version,
        ["dotnet"] = Environment.Version.ToString(),
        ["os"] = RuntimeInformation.OSDescription,
    };
}
