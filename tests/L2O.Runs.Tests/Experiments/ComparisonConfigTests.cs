using L2O.Errors;
using L2O.Experiments;
using L2O.Optimizees.Analytic;
using L2O.Optimizers.Handcrafted;
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
    public void OneFileTwiceIsNamedInTheConfig()
    {
        var error = Assert.Throws<ConfigException>(() => With("runs/dm/checkpoints/best.safetensors", "runs/dm/checkpoints/best.safetensors"));

        Assert.Equal(
            "--checkpoint: optimizers.1.name is dm again; give each optimizer a name of its own, "
            + "in the config by {name: NAME, kind: checkpoint, path: FILE}",
            error.Message);
    }

    private static EvaluateConfig With(params string[] checkpoints) => ComparisonConfig.With(
        new EvaluateConfig
        {
            Name = "compare",
            Optimizers = [new() { Optimizer = new(new AdamOptions()) }],
            Optimizees = [new() { Optimizee = new(new RosenbrockOptions()) }],
        },
        checkpoints);
}
