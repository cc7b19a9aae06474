using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class ConfigsTests : IDisposable
{
    private readonly Program _program = new();

    public static TheoryData<string> Configs => [.. Directory.GetFiles(Folder(), "*.yaml", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Folder(), file))];

    public void Dispose() => _program.Dispose();

    [Theory]
    [MemberData(nameof(Configs))]
    public void EveryConfigOfTheRepositoryHasNoProblems(string name)
    {
        var result = _program.Run("validate", "--config", Path.Combine(Folder(), name));

        Assert.Equal("", result.Error);
        Assert.EndsWith("config, no problems", result.Output, StringComparison.Ordinal);
    }

    private static string Folder()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "l2o.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("no l2o.sln above the tests");
        }

        return Path.Combine(directory.FullName, "configs");
    }
}
