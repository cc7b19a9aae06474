using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void HelpNamesTheCommands()
    {
        var result = _program.Run("--help");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Matches("\n  validate <config> +Check a config without running it", result.Output);
        Assert.Matches("\n  import <file> +Make a checkpoint of a trained optimizer that another program wrote", result.Output);
        Assert.Matches("\n  list <name> +What configs can name and set", result.Output);
    }

    [Fact]
    public void TheVersionIsPrinted()
    {
        var result = _program.Run("--version");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", result.Output);
    }

    [Theory]
    [InlineData("error: l2o knows no `validte`; did you mean validate?\nSee l2o --help.", "validte")]
    [InlineData("error: l2o validate knows no `--confg`; did you mean --config?\nSee l2o validate --help.", "validate", "--confg", "x")]
    [InlineData("error: l2o train knows no `--quit`; did you mean --quiet?\nSee l2o train --help.", "train", "--quit")]
    [InlineData("error: l2o list knows no `metric`; did you mean metrics?\nSee l2o list --help.", "list", "metric")]
    [InlineData("error: validate takes one config: l2o validate FILE\nSee l2o validate --help.", "validate")]
    [InlineData("error: validate takes one config: l2o validate FILE\nSee l2o validate --help.", "validate", "a", "--config", "b")]
    [InlineData("error: --config is empty; name a file\nSee l2o validate --help.", "validate", "--config", "")]
    [InlineData("error: --run is empty; name a directory\nSee l2o train --help.", "train", "-c", "a.yaml", "--run", "")]
    [InlineData("error: --data-dir is empty; name a directory\nSee l2o train --help.", "train", "-c", "a.yaml", "--data-dir", "")]
    [InlineData("error: --checkpoint is empty; name a file\nSee l2o analyze --help.", "analyze", "-c", "a.yaml", "--checkpoint", "")]
    [InlineData("error: --data-dir is empty; name a directory\nSee l2o data list --help.", "data", "list", "--data-dir", "")]
    [InlineData("error: --plugin is empty; name a file\nSee l2o list --help.", "list", "--plugin", "")]
    [InlineData("error: run is empty; name a directory\nSee l2o verify --help.", "verify", "")]
    [InlineData("error: --out is empty; name a file\nSee l2o import --help.", "import", "a.l2l", "--kind", "dm", "--out", "")]
    public void AWrongArgumentIsNamedOnStderrAlone(string expected, params string[] arguments)
    {
        var result = _program.Run(arguments);

        Assert.Equal((2, "", expected), (result.ExitCode, result.Output, result.Error));
    }

    // What dotnet-suggest, and the function of the shell in configs/README.md, ask.
    [Theory]
    [InlineData("l2o ", "evaluate")]
    [InlineData("l2o va", "validate")]
    [InlineData("l2o table runs/x co", "correlations")]
    [InlineData("l2o list meta.c", "meta.curriculum")]
    [InlineData("l2o data fetch f", "fashion_mnist")]
    [InlineData("l2o schema ", "analyze")]
    [InlineData("l2o import x.l2l --kind r", "rnnprop")]
    public void WordsAreCompleted(string typed, string expected)
    {
        var result = _program.Run($"[suggest:{typed.Length}]", typed);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains(expected, result.Output.Split('\n'));
    }

    [Fact]
    public void WithoutACommandThoseThereAreAreNamed()
    {
        var result = _program.Run();

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("error: l2o needs a command; choose ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AStackTraceIsShownOnlyWhenAskedFor()
    {
        Assert.Equal("error: a.yaml: no such file", _program.Run("validate", "-c", "a.yaml").Error);
        Assert.Contains(
            "   at L2O.Configs.ConfigSource.FromFile",
            _program.Run("validate", "-c", "a.yaml", "--verbose").Error,
            StringComparison.Ordinal);
    }
}
