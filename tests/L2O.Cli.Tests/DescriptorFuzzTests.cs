using L2O.Cli.Tests.Support;
using L2O.Errors;
using L2O.Randomness;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>Commands with streams that are open, full or closed, over configs as editors save them: none of them crashes.</summary>
public sealed class DescriptorFuzzTests(ITestOutputHelper output) : IDisposable
{
    private const int Cases = 40;
    private const int LastDocumented = 4;

    private const string Learn = """
        name: learn
        optimizer: {kind: dm, hidden: [4]}
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
        """;

    private static readonly string[] _commands =
        ["validate config.yaml", "train missing.yaml", "list meta", "schema", "data list", "verify config.yaml", "table config.yaml"];

    private static readonly string[] _inputs = ["", "<&-"];
    private static readonly string[] _outputs = ["", ">&-", ">/dev/full"];
    private static readonly string[] _errors = ["", "2>&-", "2>/dev/full"];

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void NoCommandCrashesWhateverItsStreamsAre()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /dev/full and descriptors as Linux has them");
        Fuzz.Run<string, ConfigException>(output, "descriptors", Cases, Next, Run);
    }

    // The config goes into the folder; what is returned is the command.
    private string Next(int index, ref SplitMix64 random)
    {
        var text = random.NextInt32(2) == 0 ? Learn : Learn.Replace("\n", "\r\n", StringComparison.Ordinal);
        _program.Write("config.yaml", (random.NextInt32(2) == 0 ? "" : "\uFEFF") + text);
        var command = "l2o";
        foreach (var choices in new[] { _commands, _inputs, _outputs, _errors })
        {
            command += $" {choices[random.NextInt32(choices.Length)]}";
        }

        return command;
    }

    private void Run(string command)
    {
        var result = _program.RunInShell(command);
        if (result.ExitCode is < 0 or > LastDocumented || result.Error.Contains("   at ", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"{result}");
        }

        if (result.ExitCode != 0)
        {
            throw new ConfigException(result.Error);
        }
    }
}
