using System.Text.RegularExpressions;
using L2O.Optimizers;
using L2O.Tests.Support;
using PublicApiGenerator;
using TorchSharp;
using Xunit;

namespace L2O.Tests;

/// <summary>What users of the package see changes only where someone means it to.</summary>
public sealed partial class PublicApiTests
{
    private const string Approval = "L2O_APPROVE_API";

    private static readonly string _file = Path.Combine(Repository.Root, "tests", "L2O.Core.Tests", "PublicApi.txt");

    [Fact]
    public void ThePublicSurfaceIsTheApprovedOne()
    {
        var lines = Surface();
        if (Environment.GetEnvironmentVariable(Approval) == "1")
        {
            File.WriteAllLines(_file, lines);
        }

        var (before, after) = (Members(File.ReadAllLines(_file)), Members(lines));
        string[] changes = [.. before.Except(after).Select(line => $"- {line}"), .. after.Except(before).Select(line => $"+ {line}")];
        Assert.True(
            changes.Length == 0,
            $"The public surface of L2O.Core changed. If it is meant to, run this test with {Approval}=1 and commit PublicApi.txt.\n"
            + string.Join('\n', changes));
    }

    // These lie in folders that no program needs beside torch.optim and torch.utils.data.
    [Fact]
    public void NoOtherTypeIsCalledAsOneOfTorchSharp()
    {
        var theirs = typeof(torch).Assembly.GetExportedTypes().Select(type => type.Name).ToHashSet();

        Assert.Equal(
            ["Adagrad", "Adam", "Dataset"],
            typeof(IOptimizer).Assembly.GetExportedTypes().Select(type => type.Name).Where(theirs.Contains).Order());
    }

    // A line for each member: the generator breaks them within and after attributes.
    private static string[] Surface() => BreakInMember()
        .Replace(
            typeof(IOptimizer).Assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false })
                .ReplaceLineEndings("\n"),
            " ")
        .TrimEnd('\n').Split('\n');

    // Each behind its type, so that a line alone says where it belongs.
    private static HashSet<string> Members(string[] lines)
    {
        HashSet<string> members = [];
        var type = "";
        foreach (var line in lines.Where(line => line.Trim() is not ("{" or "}")))
        {
            var isMember = line.StartsWith("        ", StringComparison.Ordinal);
            type = isMember ? type : line.Trim();
            members.Add(isMember ? $"{type}: {line.Trim()}" : type);
        }

        return members;
    }

    [GeneratedRegex("""\n {16}(?=")|(?<=\])\n {8}(?=\S)""")]
    private static partial Regex BreakInMember();
}
