using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>What `--resume` refuses, and shows.</summary>
public sealed class ResumeTests : IDisposable
{
    private const string Learn = """
        name: learn
        optimizer: {kind: dm, hidden: [4], preprocessing: none}
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
        meta: {iterations: 2, steps: 10, unroll: 5}
        validation: {every: 1, episodes: 1}
        checkpoint_seconds: 1e9
        """;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void AnotherConfigIsShownAndRefusedUnlessForced()
    {
        Train();

        AssertRefusedUnlessForced(
            "was `iterations: 2`, is `iterations: 3`", Arguments("--set", "meta.iterations=3"));
    }

    [Theory]
    [InlineData("\"l2o\": \"", "\"l2o\": \"9.", "version of l2o was 9.")]
    [InlineData("\"libtorch\": \"", "\"libtorch\": \"9.", "version of libtorch was 9.")]
    [InlineData("\"data\": {", "\"data\": {\"mnist/a\": \"12\"", "data mnist/a was 12, is absent")]
    [InlineData("\"thread_count\": 1", "\"thread_count\": 8", "threads was 8, is 1")]
    public void OtherCodeOrDataIsShownAndRefusedUnlessForced(string then, string now, string sentence)
    {
        Train();
        var path = At("run/run.json");
        Assert.Contains(then, File.ReadAllText(path), StringComparison.Ordinal);
        File.WriteAllText(path, File.ReadAllText(path).Replace(then, now, StringComparison.Ordinal));

        AssertRefusedUnlessForced(sentence, Arguments());
    }

    [Fact]
    public void AComparisonOfAnotherCheckpointUnderTheSameNameIsRefusedUnlessForced()
    {
        Train();
        _program.Write("compare.yaml", """
            name: compare
            optimizers: [{name: taught, kind: checkpoint, path: run/checkpoints/latest.safetensors}]
            optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
            steps: 10
            seeds: 1
            """);
        string[] arguments = ["evaluate", "--config", "compare.yaml", "--run", "compared", "--quiet"];
        Assert.Equal(0, _program.Run(arguments).ExitCode);
        File.Copy(At("run/checkpoints/previous.safetensors"), At("run/checkpoints/latest.safetensors"), overwrite: true);

        AssertRefusedUnlessForced("data run/checkpoints/latest.safetensors was ", arguments);
    }

    // What is done goes by its names, so another place or another cell beside it changes nothing.
    [Theory]
    [InlineData("evaluate", "")]
    [InlineData("analyze", "flatness: {examples: 1, lanczos_steps: 2}\nmetrics: [{kind: gradient_norm}]\nslices: {points: 0, plane_points: 0}\n")]
    public void CellsThatAreDoneAreFoundByTheirNamesAndNotPassedOver(string command, string more)
    {
        string Config(string optimizers) => $"name: compare\noptimizers: [{optimizers}]\n"
            + "optimizees: [{kind: quadratic, dimension: 3, instances: 8}]\nsteps: 5\nseeds: 1\n" + more;
        string[] arguments = [command, "--config", "compare.yaml", "--run", "compared", "--quiet"];
        _program.Write("compare.yaml", Config("{kind: adam}, {kind: sgd}"));
        Assert.Equal(0, _program.Run(arguments).ExitCode);
        _program.Write("compare.yaml", Config("{kind: sgd}, {kind: rmsprop}, {kind: adam}"));

        var resumed = _program.Run([.. arguments, "--resume", "--force"]);
        var whole = _program.Run([command, "--config", "compare.yaml", "--run", "whole", "--quiet"]);

        Assert.Equal((0, 0), (resumed.ExitCode, whole.ExitCode));
        Assert.Equal(
            _program.Run("table", "whole", "--without-times").Output, _program.Run("table", "compared", "--without-times").Output);

        _program.Write("compare.yaml", Config("{kind: sgd}, {kind: adam}"));
        var lost = _program.Run([.. arguments, "--resume", "--force"]);

        Assert.Equal(2, lost.ExitCode);
        Assert.Contains("rmsprop on quadratic", lost.Error, StringComparison.Ordinal);
        Assert.Contains("is done, and the config no longer has it", lost.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ATrainingWithoutItsCheckpointsDropsNoRowsUnlessForced()
    {
        Train();
        Directory.Delete(At("run/checkpoints"), recursive: true);
        var rows = File.ReadAllLines(At("run/meta.csv")).Length - 1;

        var refused = _program.Run(Arguments("--resume"));

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains($"would drop the {rows} rows of run/meta.csv", refused.Error, StringComparison.Ordinal);
        Assert.Equal(rows, File.ReadAllLines(At("run/meta.csv")).Length - 1);
        Assert.Equal(0, _program.Run(Arguments("--resume", "--force")).ExitCode);
        Assert.Equal(rows, File.ReadAllLines(At("run/meta.csv")).Length - 1);
    }

    [Fact]
    public void AComparisonWithoutItsProgressDropsNoCellsUnlessForced()
    {
        _program.Write("compare.yaml", """
            name: compare
            optimizers: [{kind: adam}, {kind: sgd}]
            optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
            steps: 10
            seeds: 1
            """);
        string[] arguments = ["evaluate", "--config", "compare.yaml", "--run", "compared", "--quiet"];
        Assert.Equal(0, _program.Run(arguments).ExitCode);
        var before = _program.Run("table", "compared", "--without-times").Output;
        File.Delete(At("compared/progress.json"));

        var refused = _program.Run([.. arguments, "--resume"]);

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("would drop the rows of 2 cells", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, _program.Run("table", "compared", "--without-times").Output);
        Assert.Equal(0, _program.Run([.. arguments, "--resume", "--force"]).ExitCode);
        Assert.Equal(before, _program.Run("table", "compared", "--without-times").Output);
    }

    private void AssertRefusedUnlessForced(string sentence, string[] arguments)
    {
        var refused = _program.Run([.. arguments, "--resume"]);
        var forced = _program.Run([.. arguments, "--resume", "--force"]);

        Assert.Equal((2, 0), (refused.ExitCode, forced.ExitCode));
        Assert.Contains("resumed, the run would not be the same: ", refused.Error, StringComparison.Ordinal);
        Assert.Contains(sentence, refused.Error, StringComparison.Ordinal);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
    }

    private void Train() => Assert.Equal(0, _program.Run(Arguments()).ExitCode);

    private string[] Arguments(params string[] more)
    {
        _program.Write("learn.yaml", Learn);
        return ["train", "--config", "learn.yaml", "--run", "run", "--quiet", .. more];
    }

    private string At(string name) => Path.Combine(_program.Folder, name);
}
