using System.Text.RegularExpressions;
using L2O.Cli.Tests.Support;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed partial class DocumentsTests : IDisposable
{
    private const string Marker = "<!-- From here on";
    private const int MostBytes = 8000;

    private static readonly string Configs = Path.Combine(Repository.Root, "configs");

    private readonly Program _program = new();

    public static TheoryData<string> Documents =>
    [
        "README.md", "src/README.md", "src/L2O.Core/README.md", "src/L2O.Core/Checkpoints/README.md", "configs/README.md", "configs/RESULTS.md",
        "tests/L2O.Benchmarks/README.md",
    ];

    public void Dispose() => _program.Dispose();

    [Fact]
    public void TheReferenceInTheReadmeOfConfigsIsWhatTheProgramSays()
    {
        var lines = File.ReadAllText(Path.Combine(Configs, "README.md")).TrimEnd('\n').Split('\n');
        var written = lines.SkipWhile(line => !line.StartsWith(Marker, StringComparison.Ordinal)).Skip(1);

        var result = _program.Run("list", "reference");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.True(result.Output.Split('\n').SequenceEqual(written), "configs/README.md is not current; run scripts/docs.sh");
    }

    [Fact]
    public void TheReferenceHasWordsForEveryKindKeyAndValue()
    {
        var result = _program.Run("list", "reference");

        Assert.DoesNotMatch(@"\|  \(|`\*\*: *\n|`:  ?(`|\|)|\n\n\n", result.Output);
    }

    [Fact]
    public void TheReadmeOfConfigsNamesEveryConfig()
    {
        var readme = File.ReadAllText(Path.Combine(Configs, "README.md"));
        var names = Directory.GetFiles(Configs, "*.yaml", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Configs, file).Replace('\\', '/'));

        Assert.DoesNotContain(names, name => !readme.Contains($"`{name}`", StringComparison.Ordinal));
    }

    [Fact]
    public void TheReadmeIsShort() =>
        Assert.InRange(new FileInfo(Path.Combine(Repository.Root, "README.md")).Length, 1, MostBytes);

    [Theory]
    [MemberData(nameof(Documents))]
    public void FilesThatDocumentsNameAreThere(string document)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, document));
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document)) ?? Repository.Root;
        var linked = Link().Matches(text).Select(match => Path.Combine(folder, match.Groups[1].Value));
        var named = Named().Matches(text).Select(match => Path.Combine(Repository.Root, match.Value));

        Assert.DoesNotContain(linked.Concat(named), path => !Path.Exists(path));
    }

    [Fact]
    public void ConfigsOfCommandsInDocumentsHaveNoProblems()
    {
        string[][] commands =
        [
            .. Documents.Select(document => File.ReadAllText(Path.Combine(Repository.Root, document.Data)))
                .SelectMany(text => Command().Matches(text.Replace("\\\n", "", StringComparison.Ordinal)))
                .Select(match => string.Join(' ', Setting().Matches(match.Value).Select(setting => setting.Value)))
                .Distinct()
                .Select(settings => settings.Split(' ')),
        ];

        Assert.NotEmpty(commands);
        Assert.All(commands, words =>
        {
            var result = _program.Run(["validate", .. words.Select(InRepository)]);
            Assert.Equal((0, ""), (result.ExitCode, result.Error));
        });
    }

    private static string InRepository(string word) =>
        word.StartsWith("configs/", StringComparison.Ordinal) ? Path.Combine(Repository.Root, word) : word;

    [GeneratedRegex(@"\]\((?!http|#)([^)#\s]+)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\b(?:configs|scripts)/[\w/-]+\.(?:yaml|sh)\b")]
    private static partial Regex Named();

    [GeneratedRegex(@"\bl2o (?:train|evaluate|analyze|validate) [^`\n]*--config configs/[^`\n]*")]
    private static partial Regex Command();

    [GeneratedRegex(@"--(?:config|set) \S+")]
    private static partial Regex Setting();
}
