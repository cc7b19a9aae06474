using System.Globalization;
using L2O.Cli.Tests.Support;
using L2O.Data;
using L2O.Optimizees.Networks;
using L2O.Randomness;
using L2O.Storage;
using L2O.Tensors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Cli.Tests;

/// <summary>Parameters of optimizees that runs leave, and start from.</summary>
public sealed class ThetaFilesTests : IDisposable
{
    private const string Compare = """
        name: compare
        optimizers: [{kind: sgd, learning_rate: 0.1}]
        optimizees: [{name: a 64/8 mlp, kind: mlp, data: synthetic_digits, image_size: 8, hidden: [8], activation: tanh, batch_size: 32}]
        steps: 12
        seeds: 2
        record_every: 6
        save_theta: both
        """;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void TheLibraryFindsTheRecordedLossAtWhatARunLeft()
    {
        _program.Write("compare.yaml", Compare);
        Assert.Equal(0, _program.Run("evaluate", "compare.yaml", "--run", "run").ExitCode);

        using var scope = NewDisposeScope();
        TensorOptions options = new(CPU, float32);
        using var digits = Datasets.Load("synthetic_digits", new(""), options).In(new(8, IsGrayscale: false));
        MlpOptions network = new() { Data = "synthetic_digits", Hidden = [8], Activation = Activation.Tanh };
        Classifier classifier = new(new Mlp(network, digits), digits, batchSize: 32, options);
        using var episode = classifier.Start(RandomStreams.FromSeed(1));
        foreach (var (name, step) in new[] { ("start", "0"), ("end", "12") })
        {
            var file = Safetensors.Read(FileOf("run", seed: 1, name));
            var theta = classifier.Layout.Join([.. classifier.Layout.Shapes.Select(
                shape => file.Tensors.Single(part => part.Name == shape.Name).Tensor)]);

            Assert.Equal(
                ("sgd", "a 64/8 mlp", "1", name, "false"),
                (file.Metadata["optimizer"], file.Metadata["optimizee"], file.Metadata["seed"], file.Metadata["at"], file.Metadata["diverged"]));
            Assert.Equal(RecordedLoss("run", "1", step), episode.Measure(theta, Split.Train).Loss, 1e-6);
        }
    }

    [Theory]
    [InlineData("evaluate")]
    [InlineData("analyze")]
    public void ARunStartsWhereAnotherEnded(string command)
    {
        _program.Write("compare.yaml", Compare);
        _program.Write("analyze.yaml", Compare.Replace("record_every: 6", "flatness: {examples: 100}", StringComparison.Ordinal));
        Assert.Equal(0, _program.Run(command, command == "analyze" ? "analyze.yaml" : "compare.yaml", "--run", "run").ExitCode);

        var result = _program.Run("evaluate", "compare.yaml", "--run", "next", "--start", FileOf("run", seed: 0, "end"));

        Assert.Equal((0, ""), (result.ExitCode, Errors(result.Error)));
        Assert.All(
            new[] { 0, 1 },
            seed => Assert.Equal(
                File.ReadAllBytes(FileOf("run", seed: 0, "end"))[^1000..], File.ReadAllBytes(FileOf("next", seed, "start"))[^1000..]));
        Assert.NotEqual(RecordedLoss("next", "0", "12"), RecordedLoss("next", "1", "12"));
        Assert.Equal(0, _program.Run("verify", "next").ExitCode);
    }

    [Fact]
    public void AnotherFileThanBeforeIsAnotherRun()
    {
        _program.Write("compare.yaml", Compare);
        _program.Run("evaluate", "compare.yaml", "--run", "run");
        File.Copy(FileOf("run", seed: 0, "end"), Path.Combine(_program.Folder, "start"));
        _program.Run("evaluate", "compare.yaml", "--run", "next", "--start", "start");
        File.Copy(FileOf("run", seed: 1, "end"), Path.Combine(_program.Folder, "start"), overwrite: true);

        var result = _program.Run("evaluate", "compare.yaml", "--run", "next", "--start", "start", "--resume");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("resumed, the run would not be the same: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("start", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatDoesNotFitIsOneSentence()
    {
        _program.Write("compare.yaml", Compare);
        _program.Run("evaluate", "compare.yaml", "--run", "run");
        var wider = _program.Run(
            "evaluate", "compare.yaml", "--run", "next", "--start", FileOf("run", seed: 0, "end"), "--set", "optimizees.0.hidden=[9]");
        var missing = _program.Run("evaluate", "compare.yaml", "--run", "next", "--start", "none");
        File.WriteAllText(Path.Combine(_program.Folder, "text"), "no tensors");
        var damaged = _program.Run("evaluate", "compare.yaml", "--run", "next", "--start", "text");

        Assert.Equal(2, wider.ExitCode);
        Assert.Contains("[8, 64]", wider.Error, StringComparison.Ordinal);
        Assert.Contains("and a 64/8 mlp has ", wider.Error, StringComparison.Ordinal);
        Assert.EndsWith("start it from a file of the same parameters", wider.Error, StringComparison.Ordinal);
        Assert.Equal((3, 3), (missing.ExitCode, damaged.ExitCode));
        Assert.False(Directory.Exists(Path.Combine(_program.Folder, "next")));
    }

    private static string Errors(string text) => string.Concat(
        text.Split('\n').Where(line => line.StartsWith("error", StringComparison.Ordinal) || line.StartsWith("warning", StringComparison.Ordinal)));

    private string FileOf(string run, int seed, string name) =>
        Path.Combine(_program.Folder, run, "theta", "sgd", "a+64%2F8+mlp", $"{seed}-{name}.safetensors");

    private double RecordedLoss(string run, string seed, string step)
    {
        var lines = File.ReadAllLines(Path.Combine(_program.Folder, run, "curves.csv"));
        var columns = lines[0].Split(',');
        var row = lines.Select(line => line.Split(',')).Single(row =>
            row[Array.IndexOf(columns, "seed")] == seed && row[Array.IndexOf(columns, "step")] == step);
        return double.Parse(row[Array.IndexOf(columns, "train_loss")], CultureInfo.InvariantCulture);
    }
}
