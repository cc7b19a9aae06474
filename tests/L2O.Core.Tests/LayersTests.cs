using System.Text.RegularExpressions;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests;

/// <summary>Layers point one way: the using lines at the top of each file say what it depends on.</summary>
public sealed partial class LayersTests
{
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Errors"] = [],
        ["Options"] = [],
        ["Tensors"] = [],
        ["Data"] = ["Errors", "Options", "Tensors"],
        ["Optimizees"] = ["Data", "Errors", "Options", "Tensors"],
        ["Optimizers"] = ["Errors", "Options", "Tensors"],
        ["Flatness"] = ["Errors", "Options", "Tensors"],
        ["Evaluation"] = ["Data", "Errors", "Flatness", "Optimizees", "Optimizers", "Options", "Tensors"],
        ["MetaTraining"] = ["Data", "Errors", "Evaluation", "Flatness", "Optimizees", "Optimizers", "Options", "Tensors"],
        ["Experiments"] =
            ["Data", "Errors", "Evaluation", "Flatness", "MetaTraining", "Optimizees", "Optimizers", "Options", "Tensors"],
        ["Reports"] = ["Errors", "Evaluation", "Experiments", "Flatness", "Options"],
    };

    [Fact]
    public void NoFileUsesALayerAboveItsOwn()
    {
        var core = Path.Combine(Repository.Root, "src", "L2O.Core");
        List<string> wrong = [];
        foreach (var name in Directory.GetDirectories(core).Select(Path.GetFileName).Except(["bin", "obj"]).OfType<string>())
        {
            foreach (var file in Directory.GetFiles(Path.Combine(core, name), "*.cs", SearchOption.AllDirectories))
            {
                var used = Using().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value);
                wrong.AddRange(used.Where(other => other != name && !MayUse[name].Contains(other))
                    .Select(other => $"{Path.GetRelativePath(core, file)} uses {other}"));
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void MetaTrainingNeverReadsTest()
    {
        var folder = Path.Combine(Repository.Root, "src", "L2O.Core", "MetaTraining");

        Assert.DoesNotContain(
            Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories),
            file => File.ReadAllText(file).Contains("Split.Test", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^using (?:static )?L2O\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Using();
}
