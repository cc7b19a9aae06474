using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests.Support;

/// <summary>The library's package in a folder that knows nothing of the repository, and what is built from it there.</summary>
public sealed class PackedLibrary : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("l2o-samples-").FullName;

    // Another one each time: NuGet keeps every version that it has seen.
    private readonly string _version = $"0.0.0-test.{Guid.NewGuid():N}";

    public PackedLibrary()
    {
        Sdk.PackLibrary(_folder, $"-p:PackageVersion={_version}");
        File.WriteAllText(Path.Combine(_folder, "nuget.config"), """
            <configuration><packageSources><add key="here" value="." /></packageSources></configuration>
            """);
    }

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        var kept = Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages", "l2o.core", _version);
        if (Directory.Exists(kept))
        {
            Directory.Delete(kept, recursive: true);
        }
    }

    /// <summary>Builds a file of tests/L2O.Samples, which must be short.</summary>
    /// <returns>The assembly.</returns>
    internal string Build(string name)
    {
        var source = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "L2O.Samples", $"{name}.cs"));
        Assert.InRange(source.Length, 1, 60);
        Assert.Contains("#:package L2O.Core@0.2.0", source);
        var program = Path.Combine(_folder, $"{name}.cs");
        File.WriteAllLines(program, source.Select(line => line.Replace("L2O.Core@0.2.0", $"L2O.Core@{_version}", StringComparison.Ordinal)));
        var output = Path.Combine(_folder, name);
        Sdk.Run(_folder, "build", program, "--output", output, "-p:CreateSymbolicLinksForCopyLocalIfPossible=true");
        return Path.Combine(output, $"{name}.dll");
    }

    /// <summary>What a built program prints, line by line.</summary>
    internal string[] Run(string assembly) => Sdk.Run(_folder, assembly).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
