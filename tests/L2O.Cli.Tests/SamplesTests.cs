using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>What tests/L2O.Samples has, built from the library's package.</summary>
public sealed class SamplesTests(PackedLibrary library) : IClassFixture<PackedLibrary>
{
    [Fact]
    public void EachProgramRunsFromThePackage()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "they name libtorch for Linux x64");

        var network = library.Run(library.Build("own-network"));
        var optimizee = library.Run(library.Build("own-optimizee"));
        var flatness = library.Run(library.Build("own-flatness"));

        // A trained optimizer is below Adam at its usual rate, one's own below what it began as, and a minimum is curved upward.
        Assert.InRange(Number(network[^1], 1), 0, Number(network[^3], 4));
        Assert.InRange(Number(optimizee[1], 2), 0, 0.2 * Number(optimizee[0], 2));
        Assert.InRange(Number(flatness[2], 1), 0, double.PositiveInfinity);
    }

    [Fact]
    public void KindsOfAPluginAreThereWhereItIsNamed()
    {
        using Program program = new();
        var plugin = library.Build("own-plugin");
        string[] with = ["--plugin", plugin];
        program.Write("train.yaml", """
            name: own
            optimizer: {kind: learned_rate, first_rate: 0.002}
            optimizees: [{kind: ellipse, dimension: 3}]
            meta: {iterations: 3, steps: 4, unroll: 2}
            validation: {every: 1, episodes: 1}
            """);
        program.Write("evaluate.yaml", "{name: own, optimizees: [{kind: ellipse}], steps: 3, seeds: 1}");
        program.Write("sweep.yaml", "{name: own, train: train.yaml}");
        string[] evaluate = ["evaluate", "evaluate.yaml", "--checkpoint", "trained.safetensors", "--quiet"];

        var listed = program.Run(["list", "optimizers", .. with]);
        var trained = program.Run(["train", "train.yaml", "--run", "trained", "--quiet", .. with]);
        var exported = program.Run("export", "trained", "--out", "trained.safetensors");
        var evaluated = program.Run([.. evaluate, "--run", "evaluated", .. with]);
        var planned = program.Run(["sweep", "list", "sweep.yaml", .. with]);
        var resumed = program.Run("train", "train.yaml", "--run", "trained", "--resume");
        var judged = program.Run([.. evaluate, "--set", "optimizees=[{kind: bowl}]"]);

        Assert.Contains("learned_rate: Gradient descent whose learning rate is trained.", listed.Output.Split('\n'));
        Assert.All([trained, exported, evaluated], result => Assert.Equal((0, ""), (result.ExitCode, result.Error)));
        Assert.Contains("\ntrained,ellipse,", program.Read("evaluated/summary.csv"), StringComparison.Ordinal);
        Assert.Contains("l2o train config.yaml --plugin own-plugin.dll", program.Read("trained.safetensors"), StringComparison.Ordinal);
        Assert.Contains($" --plugin {plugin} --run ", planned.Output, StringComparison.Ordinal);

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(plugin)));
        using var run = JsonDocument.Parse(program.Read("trained/run.json"));
        var noted = run.RootElement.GetProperty("plugins").GetProperty("own-plugin");
        Assert.Equal(("1.0.0", sha256), (noted.GetProperty("version").GetString(), noted.GetProperty("sha256").GetString()));
        Assert.Equal(
            new Result(2, "", "error: trained: resumed, the run would not be the same: plug-in own-plugin was 1.0.0 with SHA-256 "
                + $"{sha256}, is absent; name by --plugin what it was made with, or go on all the same by --force"),
            resumed);
        Assert.Equal(3, judged.ExitCode);
        Assert.Contains("kind is learned_rate; this version has dm, ", judged.Error, StringComparison.Ordinal);
        Assert.EndsWith("name by --plugin the plug-in that has its kind, or use another checkpoint", judged.Error, StringComparison.Ordinal);
    }

    private static double Number(string line, int word) =>
        double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[word], CultureInfo.InvariantCulture);
}
