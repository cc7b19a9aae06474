using L2O.Configs;
using L2O.Errors;
using L2O.Experiments;
using L2O.Optimizees.Analytic;
using L2O.Optimizers.Handcrafted;
using L2O.Options;
using L2O.Registration;
using Xunit;

namespace L2O.Tests.Experiments;

public sealed class ComparisonConfigTests
{
    [Theory]
    [InlineData("dm", "runs/dm/checkpoints/best.safetensors")]
    [InlineData("a.b", "some/a.b.safetensors")]
    [InlineData("dm-best dm-latest", "runs/dm/checkpoints/best.safetensors", "runs/dm/checkpoints/latest.safetensors")]
    [InlineData("s1-dm s2-dm", "s1/dm/checkpoints/best.safetensors", "s2/dm/checkpoints/best.safetensors")]
    [InlineData("s1-dm-best s1-dm-latest s2-dm-best", "s1/dm/checkpoints/best.safetensors", "s1/dm/checkpoints/latest.safetensors", "s2/dm/checkpoints/best.safetensors")]
    [InlineData("x-a y-a", "x/a.safetensors", "y/a.safetensors")]
    [InlineData("adam-best", "runs/adam/checkpoints/best.safetensors")]
    public void CheckpointsHaveTheShortestNamesThatAreTheirOwn(string names, params string[] paths) =>
        Assert.Equal([.. names.Split(' '), "adam"], With(paths).Optimizers.Select(entry => entry.ShownName));

    [Fact]
    public void CheckpointsOfTheCommandLineHaveTheScalesOfTheConfig()
    {
        var config = Read<EvaluateConfig>("name: compare\nupdate_scale: [0.5, 1]\noptimizees: [{kind: bowl}]");

        var entry = Assert.Single(ComparisonConfig.With(config, ["runs/dm/checkpoints/best.safetensors"]).Optimizers);

        Assert.Equal(new Grid(0.5, 1), entry.UpdateScale);
    }

    [Theory]
    [InlineData("{kind: adam, update_scale: 0.5}", "optimizers.0.update_scale is 0.5, and adam is not learned; choose its learning_rate instead")]
    [InlineData("{kind: celo2, update_scale: 0.5}", "optimizers.0.update_scale is 0.5, and celo2 has a learning rate; choose its learning_rate instead")]
    [InlineData("{kind: checkpoint, path: a, learning_rate: [1, 0]}", "optimizers.0.learning_rate is 0; choose a number above 0")]
    [InlineData("{kind: checkpoint, path: a, schedule: {warmup: -1}}", "optimizers.0.schedule.warmup is -1; choose 0 or more")]
    [InlineData("{kind: adam, schedule: {kind: linear, warmup: 5, steps: 5}}", "optimizers.0.schedule.warmup is 5; choose less than steps (5)")]
    [InlineData("{kind: adam, schedule: {kind: round}}", "optimizers.0.schedule.kind is round; choose constant, cosine, linear")]
    [InlineData("{kind: adam}]\nlearning_rate: [1, -1", "learning_rate.1 is -1; choose a number above 0")]
    [InlineData("{kind: dm, update_scale: 0}", "optimizers.0.update_scale is 0; choose a number above 0")]
    [InlineData("{kind: dm, update_scale: [1, -1]}", "optimizers.0.update_scale.1 is -1; choose a number above 0")]
    [InlineData("{kind: dm, update_scale: []}", "optimizers.0.update_scale is a list; choose a number or a list of numbers")]
    [InlineData("{kind: dm, update_scale: fast}", "optimizers.0.update_scale is fast; choose a number or a list of numbers")]
    public void AScaleIsAPositiveNumberOfALearnedOptimizer(string entry, string message) => Assert.Contains(
        message,
        Assert.Throws<ConfigException>(() => Read<EvaluateConfig>($"name: compare\noptimizers: [{entry}]\noptimizees: [{{kind: bowl}}]")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void OneFileTwiceIsNamedInTheConfig()
    {
        var error = Assert.Throws<ConfigException>(() => With("runs/dm/checkpoints/best.safetensors", "runs/dm/checkpoints/best.safetensors"));

        Assert.Equal(
            "--checkpoint: optimizers.1.name is dm again; give each optimizer a name of its own, "
            + "in the config by {name: NAME, kind: checkpoint, path: FILE}",
            error.Message);
    }

    [Theory]
    [InlineData("\"a\\nb\"", "has the character U+000A; choose a name on one line, without control characters")]
    [InlineData("\"a\\rb\"", "has the character U+000D; choose a name on one line, without control characters")]
    [InlineData("\"a\\tb\"", "has the character U+0009; choose a name on one line, without control characters")]
    [InlineData("\"a\\Lb\"", "has the character U+2028; choose a name on one line, without control characters")]
    [InlineData("\"\"", "is empty; choose a name, or leave the key out")]
    [InlineData("\" a\"", "is \" a\"; choose a name without blanks around it")]
    [InlineData("\"a \"", "is \"a \"; choose a name without blanks around it")]
    public void ANameThatCannotStandInARowIsAnErrorWhereItIsWritten(string name, string message)
    {
        var evaluate = Assert.Throws<ConfigException>(() => Read<EvaluateConfig>($$"""
            name: compare
            optimizers:
              - {kind: adam, name: {{name}}}
            optimizees:
              - {kind: rosenbrock}
              - {name: {{name}}, kind: rosenbrock}
            """));
        var train = Assert.Throws<ConfigException>(() => Read<TrainConfig>($$"""
            name: train
            optimizer: {kind: dm}
            optimizees: [{name: {{name}}, kind: rosenbrock}]
            """));

        Assert.Equal(
            $"a.yaml:3:24: optimizers.0.name {message}\na.yaml:6:12: optimizees.1.name {message}", evaluate.Message);
        Assert.Equal($"a.yaml:3:21: optimizees.0.name {message}", train.Message);
    }

    [Theory]
    [InlineData("mnist, 20-20")]
    [InlineData("größer als σ²")]
    [InlineData("\U0001F642")]
    public void AnyTextOnOneLineIsAName(string name) => Assert.Equal(
        name,
        Read<EvaluateConfig>($$"""
            name: compare
            optimizers: [{kind: adam, name: "{{name}}"}]
            optimizees: [{kind: rosenbrock}]
            """).Optimizers[0].ShownName);

    // Settings and made-up names spell text as YAML does, with the codes of such characters.
    [Fact]
    public void AVariantOfTextWithALineBreakIsLabelledOnOneLine()
    {
        var config = Read<EvaluateConfig>("""
            name: compare
            optimizers: [{kind: checkpoint, path: {choice: ["/a\nb", "/c"]}}]
            optimizees: [{kind: rosenbrock}]
            """);

        Assert.Equal(["path=\"/a\\u000ab\"", "path=\"/c\""], config.Optimizers[0].Optimizer.All.Select(variant => variant.Label));
    }

    [Fact]
    public void ACheckpointInAFolderWithALineBreakIsNamedInTheConfig()
    {
        var error = Assert.Throws<ConfigException>(() => With("runs/d\nm/checkpoints/best.safetensors"));

        Assert.Equal(
            "--checkpoint: optimizers.0.name has the character U+000A; choose a name on one line, without control characters, "
            + "in the config by {name: NAME, kind: checkpoint, path: FILE}",
            error.Message);
    }

    private static T Read<T>(string yaml)
        where T : IOptions => ConfigReader.Read<T>(new("a.yaml", yaml, []), Registry.Kinds);

    private static EvaluateConfig With(params string[] checkpoints) => ComparisonConfig.With(
        new EvaluateConfig
        {
            Name = "compare",
            Optimizers = [new() { Optimizer = new(new AdamOptions()) }],
            Optimizees = [new() { Optimizee = new(new RosenbrockOptions()) }],
        },
        checkpoints);
}
