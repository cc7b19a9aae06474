using L2O.Configs;
using L2O.Optimizers;
using L2O.Tests.Support;
using Mono.Cecil;
using Xunit;

namespace L2O.Tests;

/// <summary>Folders point one way: what each type's compiled code refers to says what its folder depends on.</summary>
public sealed class LayersTests(ITestOutputHelper output)
{
    private static readonly string[] Projects = ["L2O.Core", "L2O.Runs", "L2O.Cli"];

    // What belongs to the foundations and must stay free of the rest.
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["L2O.Errors"] = [],
        ["L2O.Options"] = [],
        ["L2O.Runtime"] = ["L2O.Errors"],
        ["L2O.Statistics"] = [],
        ["L2O.Randomness"] = [],
        ["L2O.Storage"] = ["L2O.Errors"],
        ["L2O.Kernels"] = ["L2O.Errors", "L2O.Options"],
        ["L2O.Tensors"] = ["L2O.Randomness", "L2O.Runtime"],
        ["L2O.Configs"] = ["L2O.Errors", "L2O.Options"],
        ["L2O.Imports.Formats"] = ["L2O.Storage"],
        ["L2O.Imports.Pickles"] = ["L2O.Imports.Formats"],
        ["L2O.Imports.TensorFlow"] = ["L2O.Imports.Formats"],
        ["L2O.Optimizers"] = ["L2O.Kernels", "L2O.Options", "L2O.Randomness", "L2O.Tensors"],
        ["L2O.Flatness"] = ["L2O.Errors", "L2O.Options", "L2O.Randomness", "L2O.Runtime", "L2O.Tensors"],
    };

    [Fact]
    public void FoldersDependOnOneAnotherWithoutACircle()
    {
        var folders = FolderGraph.Of(typeof(IOptimizer).Assembly, typeof(ConfigReader).Assembly);

        Assert.Empty(folders.Circle());
        foreach (var folder in folders.Order())
        {
            output.WriteLine($"{folder}: {string.Join(", ", folders[folder])}");
        }
    }

    [Fact]
    public void ACircleIsFoundAndNamed()
    {
        FolderGraph folders = new(new()
        {
            ["A"] = ["B"],
            ["B"] = ["C"],
            ["C"] = ["D", "B"],
            ["D"] = [],
        });

        Assert.Equal(["B", "C", "B"], folders.Circle());
        Assert.Throws<InvalidOperationException>(() => folders.Order());
    }

    [Fact]
    public void FoundationsKnowNoMoreThanTheyMay()
    {
        var folders = FolderGraph.Of(typeof(IOptimizer).Assembly, typeof(ConfigReader).Assembly);

        Assert.Empty(MayUse.SelectMany(entry => folders[entry.Key]
            .Where(other => !entry.Value.Contains(other) && !other.StartsWith($"{entry.Key}.", StringComparison.Ordinal))
            .Select(other => $"{entry.Key} uses {other}")));
    }

    [Fact]
    public void TheCoreStandsOnTorchSharpAlone()
    {
        using var core = AssemblyDefinition.ReadAssembly(typeof(IOptimizer).Assembly.Location);

        Assert.Equal(
            ["TorchSharp"],
            core.MainModule.AssemblyReferences.Select(reference => reference.Name)
                .Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.", StringComparison.Ordinal)));
    }

    [Fact]
    public void NamespacesAreFolders()
    {
        var wrong = SourceFiles().Where(file => !File.ReadLines(file.Path).Contains($"namespace {file.Namespace};")
            && Path.GetFileName(file.Path) != "Program.cs");

        Assert.Empty(wrong.Select(file => $"{file.Path} is not of {file.Namespace}"));
    }

    [Fact]
    public void AFolderHoldsFewFiles()
    {
        var crowded = SourceFiles().CountBy(file => file.Namespace).Where(folder => folder.Value > 25);

        Assert.Empty(crowded);
    }

    [Fact]
    public void MetaTrainingNeverReadsTest() => Assert.DoesNotContain(
        SourceFiles().Where(file => file.Namespace == "L2O.MetaTraining"),
        file => File.ReadAllText(file.Path).Contains("Split.Test", StringComparison.Ordinal));

    // Each passage waits for the device, and ScalarTensor counts them.
    [Fact]
    public void NumbersLeaveTensorsByOneDoor() => Assert.DoesNotContain(
        SourceFiles(), file => File.ReadAllText(file.Path).Contains(".item<", StringComparison.Ordinal));

    private static IEnumerable<(string Path, string Namespace)> SourceFiles() =>
        from project in Projects
        let root = Path.Combine(Repository.Root, "src", project)
        from file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
        let folder = Path.GetRelativePath(root, Path.GetDirectoryName(file) ?? root).Split(Path.DirectorySeparatorChar)
        where folder is not (["bin", ..] or ["obj", ..])
        select (file, NamespaceOf(project, folder));

    // The two libraries share one root; the program has its own, and its first file no namespace.
    private static string NamespaceOf(string project, string[] folder) =>
        string.Join('.', [project == "L2O.Cli" ? project : "L2O", .. folder.Where(name => name != ".")]);
}
