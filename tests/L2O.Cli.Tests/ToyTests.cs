using L2O.Cli.Tests.Support;
using L2O.Registration;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>What is registered, an options record and a line each, is there for every command without another change.</summary>
public sealed class ToyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("l2o-test-").FullName;

    private readonly IDisposable[] _toys =
    [
        Registry.AddFormula<ToyValleyOptions>("toy_valley", Toys.Valley),
        Registry.AddHandcraftedOptimizer<ToyStepOptions>("toy_step", Toys.Step),
        Registry.AddLearnedOptimizer<ToyLearnerOptions>("toy_learner", options => new Toys.Learner(options)),
        Registry.AddMetric<ToyMetricOptions>("toy_metric", options => new Toys.Metric(options)),
    ];

    public void Dispose()
    {
        Array.ForEach(_toys, toy => toy.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task ToysAreTrainedEvaluatedAnalyzedAndListed()
    {
        Write("train.yaml", """
            name: toy
            optimizer: {kind: toy_learner, first_size: 0.02}
            optimizees: [{kind: toy_valley, steepness: 2}]
            meta: {iterations: 3, steps: 4, unroll: 2}
            regularizer: {kind: toy_metric, weight: 0.5}
            validation: {every: 1, episodes: 1}
            """);
        const string comparison = """
            name: toy
            optimizers:
              - {kind: toy_step, size: 0.01}
              - {kind: toy_learner}
            optimizees: [{kind: toy_valley, steepness: 2}]
            steps: 3
            seeds: 1

            """;
        Write("evaluate.yaml", comparison);
        Write("analyze.yaml", comparison + "slices: {points: 0, plane_points: 0}\n");
        var best = At("trained/checkpoints/best.safetensors");

        await Succeeds("train", "--config", At("train.yaml"), "--run", At("trained"), "--quiet");
        await Succeeds("evaluate", "--config", At("evaluate.yaml"), "--run", At("evaluated"), "--checkpoint", best, "--quiet");
        await Succeeds("analyze", "--config", At("analyze.yaml"), "--run", At("analyzed"), "--checkpoint", best, "--quiet");

        Assert.Equal(1 + (3 * 2), File.ReadAllLines(At("trained/meta.csv")).Length);
        Assert.Contains("\ntoy_step,toy_valley steepness=2,", File.ReadAllText(At("evaluated/summary.csv")), StringComparison.Ordinal);
        Assert.Contains("\ntrained,toy_valley steepness=2,", File.ReadAllText(At("evaluated/summary.csv")), StringComparison.Ordinal);

        // Each step leaves 1 - 4 x size of theta, and of theta's squares, three of 1, an analysis takes three times.
        var row = File.ReadAllLines(At("analyzed/flatness.csv"))
            .Single(line => line.StartsWith("toy_step,toy_valley steepness=2,0,toy_metric,", StringComparison.Ordinal));
        Assert.Equal(9 * Math.Pow(1 - (4 * 0.01), 6), double.Parse(row.Split(',')[4], null), 1e-5);
        Assert.Contains("\nall,toy_metric,hessian_ev,", File.ReadAllText(At("analyzed/correlations.csv")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("optimizers", "toy_step: Options of a toy rule with a step size.", "  size  0.05  What the gradient is multiplied by. (a number)")]
    [InlineData("optimizees", "toy_valley: Options of a toy valley.", "  steepness              1            How steep it is. (a number)")]
    [InlineData("regularizers", "toy_metric: Options of a toy metric.", "  factor  1  What the squared parameters are multiplied by. (a number)")]
    [InlineData("metrics", "toy_metric: Options of a toy metric.", "  factor  3  What the squared parameters are multiplied by. (a number)")]
    public async Task ToysAreListedWithWhatTheirSourceSaysOfThem(string list, string kind, string option)
    {
        var lines = (await Succeeds("list", list)).Split('\n');

        Assert.Contains(kind, lines);
        Assert.Contains(option, lines);
    }

    [Fact]
    public async Task ToysAreInTheSchema()
    {
        var schema = await Succeeds("schema");

        Assert.All(["toy_step", "toy_valley", "toy_learner", "toy_metric"], kind => Assert.Contains($"\"{kind}\"", schema, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AToyRefusesWhatItCannotDo()
    {
        Write("train.yaml", """
            name: toy
            optimizer: {kind: toy_learner}
            optimizees: [{kind: toy_valley}]
            meta: {second_derivatives: true}
            """);

        var (exitCode, _, error) = await Run("validate", "--config", At("train.yaml"));

        Assert.Equal(2, exitCode);
        Assert.Contains("optimizer.first_size is a toy's, without second derivatives", error, StringComparison.Ordinal);
    }

    private static async Task<string> Succeeds(params string[] args)
    {
        var (exitCode, output, error) = await Run(args);
        Assert.Equal((0, ""), (exitCode, error));
        return output;
    }

    // In this process, where the toys are registered; other tests start the program as a process of its own.
    private static async Task<(int ExitCode, string Output, string Error)> Run(params string[] args)
    {
        var (output, error) = (Console.Out, Console.Error);
        using StringWriter toOutput = new(), toError = new();
        Console.SetOut(toOutput);
        Console.SetError(toError);
        try
        {
            return (await CommandLine.Run(args), toOutput.ToString(), toError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }

    private void Write(string name, string text) => File.WriteAllText(At(name), text);

    private string At(string name) => Path.Combine(_folder, name);
}
