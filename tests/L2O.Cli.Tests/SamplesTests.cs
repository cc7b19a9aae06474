using System.Globalization;
using System.Runtime.InteropServices;
using L2O.Cli.Tests.Support;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>The programs of tests/L2O.Samples, from the library's package in a folder that knows nothing of the repository.</summary>
public sealed class SamplesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("l2o-samples-").FullName;

    // Another one each time: NuGet keeps every version that it has seen.
    private readonly string _version = $"0.0.0-test.{Guid.NewGuid():N}";

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

    [Fact]
    public void EachRunsFromThePackageInAtMost60Lines()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "they name libtorch for Linux x64");
        Sdk.PackLibrary(_folder, $"-p:PackageVersion={_version}");
        File.WriteAllText(Path.Combine(_folder, "nuget.config"), """
            <configuration><packageSources><add key="here" value="." /></packageSources></configuration>
            """);

        var network = Lines("own-network");
        var optimizee = Lines("own-optimizee");
        var flatness = Lines("own-flatness");

        // A trained optimizer is below Adam at its usual rate, one's own below what it began as, and a minimum is curved upward.
        Assert.InRange(Number(network[^1], 1), 0, Number(network[^3], 4));
        Assert.InRange(Number(optimizee[1], 2), 0, 0.2 * Number(optimizee[0], 2));
        Assert.InRange(Number(flatness[2], 1), 0, double.PositiveInfinity);
    }

    private static double Number(string line, int word) =>
        double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[word], CultureInfo.InvariantCulture);

    private string[] Lines(string name)
    {
        var source = File.ReadAllLines(Path.Combine(Repository.Root, "tests", "L2O.Samples", $"{name}.cs"));
        Assert.InRange(source.Length, 1, 60);
        Assert.Contains("#:package L2O.Core@0.2.0", source);
        var program = Path.Combine(_folder, $"{name}.cs");
        File.WriteAllLines(program, source.Select(line => line.Replace("L2O.Core@0.2.0", $"L2O.Core@{_version}", StringComparison.Ordinal)));
        var output = Path.Combine(_folder, name);
        Sdk.Run(_folder, "build", program, "--output", output, "-p:CreateSymbolicLinksForCopyLocalIfPossible=true");
        return Sdk.Run(_folder, Path.Combine(output, $"{name}.dll")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
