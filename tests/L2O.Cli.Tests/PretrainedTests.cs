using L2O.Checkpoints;
using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class PretrainedTests : IDisposable
{
    private const string Name = "pretrained:rnnprop-small";

    private const string Compare = """
        name: compare
        optimizers: [{name: copy, kind: checkpoint, path: pretrained:rnnprop-small}]
        optimizees: [{kind: quadratic, dimension: 3}]
        steps: 4
        seeds: 1
        """;

    private const string Train = """
        name: further
        optimizer: {kind: rnnprop, hidden: [12], input_size: 12, output_scale: 0.03, from: pretrained:rnnprop-small}
        optimizees: [{kind: quadratic, dimension: 3}]
        meta: {iterations: 2, steps: 4, unroll: 4}
        validation: {every: 2, episodes: 1}
        """;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void ACheckpointMayBeOneThatComesAlong()
    {
        _program.Write("compare.yaml", Compare);

        var result = _program.Run("evaluate", "compare.yaml", "--checkpoint", Name, "--run", "run");

        Assert.Equal(0, result.ExitCode);
        var curves = File.ReadAllLines(Path.Combine(_program.Folder, "run/curves.csv")).Skip(1).Select(line => line.Split(',')).ToLookup(row => row[0]);
        Assert.Equal(["rnnprop-small", "copy"], curves.Select(rows => rows.Key));
        Assert.Equal(curves["copy"].Select(row => row[5]), curves["rnnprop-small"].Select(row => row[5]));
        Assert.Contains($"\"{Name}\"", File.ReadAllText(Path.Combine(_program.Folder, "run/run.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void MetaTrainingMayStartFromOneAndWhatItTrainsIsExported()
    {
        _program.Write("train.yaml", Train);
        _program.Write("compare.yaml", Compare);

        var trained = _program.Run("train", "train.yaml", "--run", "run");
        var exported = _program.Run("export", "run", "--out", "further.safetensors");
        var replaced = _program.Run("export", "run", "--out", "folder/further.safetensors", "--force");
        var again = _program.Run("export", "run", "--out", "further.safetensors");
        var compared = _program.Run("evaluate", "compare.yaml", "--checkpoint", "run", "further.safetensors", "--run", "compared");

        Assert.Equal(0, trained.ExitCode);
        Assert.Contains($"Starts from {Name}, which has the same options", File.ReadAllText(Path.Combine(_program.Folder, "run/log.txt")), StringComparison.Ordinal);
        Assert.Equal((0, "further.safetensors"), (exported.ExitCode, exported.Output));
        Assert.Equal((0, "folder/further.safetensors"), (replaced.ExitCode, replaced.Output));
        Assert.Equal((2, "error: further.safetensors: is there already; choose another --out, or replace it by --force"), (again.ExitCode, again.Error));
        Assert.Equal(0, compared.ExitCode);
        var curves = File.ReadAllLines(Path.Combine(_program.Folder, "compared/curves.csv")).Skip(1).Select(line => line.Split(',')).ToLookup(row => row[0]);
        Assert.Equal(curves["run"].Select(row => row[5]), curves["further"].Select(row => row[5]));
        Assert.True(
            new FileInfo(Path.Combine(_program.Folder, "further.safetensors")).Length < new FileInfo(Path.Combine(_program.Folder, "run/checkpoints/best.safetensors")).Length);
    }

    [Theory]
    [InlineData("error: --checkpoint pretrained:rnn is none of the optimizers that come along; choose ", "compare.yaml", "--checkpoint", "pretrained:rnn")]
    [InlineData(
        "error: --set optimizers.0.path=pretrained:rnn: optimizers.0.path pretrained:rnn is none of the optimizers that come along; choose ", "compare.yaml", "--set",
        "optimizers.0.path=pretrained:rnn")]
    public void AnUnknownNameIsOneSentence(string error, params string[] arguments)
    {
        _program.Write("compare.yaml", Compare);

        var result = _program.Run(["evaluate", .. arguments]);

        Assert.Equal((2, error + string.Join(", ", Pretrained.Names)), (result.ExitCode, result.Error));
    }

    [Fact]
    public void ARunOfEvaluateHasNothingToExport()
    {
        _program.Write("compare.yaml", Compare);
        _program.Run("evaluate", "compare.yaml", "--run", "run");

        var result = _program.Run("export", "run", "--out", "x.safetensors");

        Assert.Equal((2, "error: run: is a run of evaluate; choose one of train"), (result.ExitCode, result.Error));
        Assert.False(File.Exists(Path.Combine(_program.Folder, "x.safetensors")));
    }

    [Fact]
    public void TheyAreListed()
    {
        var result = _program.Run("list", "pretrained");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(Pretrained.Names, result.Output.Split('\n').Select(line => line.Split(' ')[0]));
    }
}
