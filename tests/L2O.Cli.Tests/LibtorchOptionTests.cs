using System.Runtime.InteropServices;
using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>A program without libtorch, which the tool is, and the libtorch of a folder elsewhere: that of the ordinary program.</summary>
public sealed class LibtorchOptionTests : IDisposable
{
    private const string Train = """
        name: learn
        optimizer: {kind: dm, hidden: [4], backend: torch}
        optimizees: [{kind: mlp, data: synthetic_digits, hidden: [4], activation: sigmoid, batch_size: 8}]
        meta: {iterations: 2, steps: 10, unroll: 5}
        validation: {every: 1, episodes: 1}
        """;

    private const string Evaluate = """
        name: judge
        optimizers: [{kind: adam, learning_rate: 0.01}]
        optimizees: [{kind: mlp, data: synthetic_digits, hidden: [4], activation: sigmoid, batch_size: 8}]
        steps: 20
        seeds: 2
        """;

    private static readonly string Elsewhere =
        Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");

    private readonly Program _ordinary = new();
    private readonly string _tool = Directory.CreateTempSubdirectory("l2o-tool-").FullName;

    public void Dispose()
    {
        _ordinary.Dispose();
        Directory.Delete(_tool, recursive: true);
    }

    [Fact]
    public void TheToolUsesTheLibtorchOfAFolderToTheSameBytes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems have not been tried");
        using Program bare = new(Sdk.InstallTool(_tool));

        AssertBringsNativesOfEverySystemButNoLibtorch();
        var expected = OutcomeOf(_ordinary, []);
        var outcome = OutcomeOf(bare, ["--libtorch", Elsewhere]);

        Assert.Equal(0, expected.ExitCode);
        Assert.Equal(expected, outcome);
        foreach (var run in new[] { "trained", "judged" })
        {
            RunFiles.AssertSame(Path.Combine(_ordinary.Folder, run), Path.Combine(bare.Folder, run));
        }

        AssertLibtorchIsAskedFor(bare, "train", "train.yaml");
        AssertLibtorchIsAskedFor(bare, "verify", "trained");
        AssertLibtorchIsAskedFor(bare, "export", "trained", "--out", "phi.safetensors");
        AssertWarnsOfAnotherVersion(bare);
        AssertSaysWhatIsMissing(bare);
    }

    private void AssertBringsNativesOfEverySystemButNoLibtorch()
    {
        string[] names = [.. Directory.GetFiles(_tool, "*", SearchOption.AllDirectories).Select(Path.GetFileName).OfType<string>()];

        Assert.All(["libLibTorchSharp.so", "LibTorchSharp.dll", "libLibTorchSharp.dylib"], name => Assert.Contains(name, names));
        Assert.DoesNotContain(names, name => name.Contains("torch_cpu", StringComparison.Ordinal));
    }

    private static (int ExitCode, string Error) OutcomeOf(Program program, string[] option)
    {
        program.Write("train.yaml", Train);
        program.Write("evaluate.yaml", Evaluate);
        var trained = program.Run(["train", "train.yaml", "--run", "trained", "--quiet", .. option]);
        var judged = program.Run(["evaluate", "evaluate.yaml", "--checkpoint", "trained", "--run", "judged", "--quiet", .. option]);
        return (trained.ExitCode + judged.ExitCode, trained.Error + judged.Error);
    }

    private static void AssertLibtorchIsAskedFor(Program bare, params string[] arguments)
    {
        var result = bare.Run(arguments);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("error: this program comes without libtorch (", result.Error, StringComparison.Ordinal);
        Assert.Contains("); name one by --libtorch or L2O_LIBTORCH: the folder torch/lib of a Python install of PyTorch 2.10.0", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', result.Error);
    }

    // As a Python install has them, and named by the variable.
    private static void AssertWarnsOfAnotherVersion(Program bare)
    {
        bare.Write("torch/version.py", "__version__ = '2.9.1+cpu'\n");
        Directory.CreateSymbolicLink(Path.Combine(bare.Folder, "torch", "lib"), Elsewhere);

        var result = bare.Run(new Dictionary<string, string> { ["L2O_LIBTORCH"] = "torch" }, "export", "trained", "--out", "phi.safetensors");

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            $"warning: {bare.Folder}/torch/lib: this is libtorch 2.9.1+cpu; TorchSharp was made for 2.10.0, and another may fail or give other numbers",
            result.Error);
    }

    // A file that is no library, and libraries that are others than their names say.
    private static void AssertSaysWhatIsMissing(Program bare)
    {
        bare.Write("damaged/libtorch_cpu.so", "not a library");
        Directory.CreateDirectory(Path.Combine(bare.Folder, "foreign"));
        File.CreateSymbolicLink(Path.Combine(bare.Folder, "foreign", "libtorch_cpu.so"), Path.Combine(Elsewhere, "libc10.so"));

        var damaged = bare.Run("verify", "trained", "--libtorch", "damaged");
        var foreign = bare.Run("verify", "trained", "--libtorch", "foreign");

        Assert.Equal((2, 2), (damaged.ExitCode, foreign.ExitCode));
        Assert.Equal(
            $"error: {bare.Folder}/damaged: this libtorch cannot be used ({bare.Folder}/damaged/libtorch_cpu.so: file too short); "
            + "TorchSharp was made for version 2.10.0",
            damaged.Error);
        Assert.Matches(
            $"^error: {bare.Folder}/foreign: this libtorch cannot be used \\(.*\\); TorchSharp was made for version 2.10.0$", foreign.Error);
    }
}
