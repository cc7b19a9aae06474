using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>Two processes and one run directory.</summary>
public sealed class LockTests : IDisposable
{
    private const string Learn = """
        name: learn
        optimizer: {kind: dm, hidden: [4], preprocessing: none, output_scale: 0.1}
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
        meta: {iterations: 100000, steps: 10, unroll: 5}
        validation: {every: 100000, episodes: 1}
        """;

    private static readonly Dictionary<string, string> _unlocked = new() { ["DOTNET_SYSTEM_IO_DISABLEFILELOCKING"] = "true" };

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheSecondProcessIsToldOfTheFirstWhetherFilesAreLockedOrNot(bool isLocked)
    {
        Dictionary<string, string> environment = isLocked ? [] : _unlocked;
        _program.Write("learn.yaml", Learn);
        string[] arguments = ["train", "--config", "learn.yaml", "--run", "run", "--quiet"];
        var first = _program.Begin(environment, arguments);
        _program.AwaitLines(first, "run/meta.csv", 5);

        var created = _program.Run(environment, arguments);
        var resumed = _program.Run(environment, [.. arguments, "--resume"]);
        var verified = _program.Run(environment, "verify", "run");

        var sentence = $"run: is in use by process {first.Id} on {Environment.MachineName}; wait for it";
        Assert.All([created, resumed, verified], second =>
        {
            Assert.Equal(2, second.ExitCode);
            Assert.StartsWith($"error: {sentence}", second.Error, StringComparison.Ordinal);
        });
        first.Kill();
        Assert.NotEqual(0, Program.End(first).ExitCode);
        Assert.Equal(0, _program.Run(environment, [.. arguments, "--resume", "--force", "--set", "meta.iterations=1"]).ExitCode);
        Assert.False(File.Exists(Path.Combine(_program.Folder, "run/owner.json")));
    }
}
