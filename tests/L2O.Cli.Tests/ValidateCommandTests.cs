using L2O.Cli.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

public sealed class ValidateCommandTests : IDisposable
{
    private const string Train = """
        name: small
        optimizer: {kind: dm, hidden: [20, 20]}
        optimizees:
          - {kind: mlp, data: synthetic_digits, batch_size: 64}
        meta: {iterations: 10, steps: 100, unroll: 20}
        """;

    private const string Evaluate = """
        name: unseen
        optimizers:
          - {name: flat, kind: checkpoint, path: best.safetensors}
          - {kind: adam, learning_rate: [1e-4, 1e-3]}
        optimizees:
          - {kind: mlp, data: mnist, activation: relu}
        steps: 1000
        """;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void AWeightBesideAShareIsRefused()
    {
        var result = _program.Run(
            "validate", "--config", _program.Write("a.yaml", Train), "--set", "regularizer={kind: hessian_ev, weight: 1e-4, share: 0.1}");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(
            "regularizer.share is 0.1 beside a weight of 0.0001, and the one follows from the other; leave one of the two out",
            result.Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AGoodConfigIsSaidToBeGood()
    {
        Assert.Equal(
            new Result(0, "a.yaml: a train config, no problems", ""),
            _program.Run("validate", "--config", _program.Write("a.yaml", Train)));
        Assert.Equal(
            new Result(0, "b.yaml: an evaluate config, no problems", ""),
            _program.Run("validate", "--config", _program.Write("b.yaml", Evaluate + "\nrecord_every: 10")));
        Assert.Equal(
            new Result(0, "c.yaml: an analyze config, no problems", ""),
            _program.Run("validate", "--config", _program.Write("c.yaml", Evaluate + "\nresamples: 10")));
    }

    [Fact]
    public void WhatBothEvaluateAndAnalyzeCanRunIsSaidToBeBoth() => Assert.Equal(
        new Result(0, "b.yaml: an evaluate or analyze config, no problems", ""),
        _program.Run("validate", "--config", _program.Write("b.yaml", Evaluate)));

    [Theory]
    [InlineData("evaluate", "", Train, "is a train config; run it by l2o train")]
    [InlineData("train", "", Evaluate, "is an evaluate or analyze config; run it by l2o evaluate or l2o analyze")]
    [InlineData("analyze", "\nrecord_every: 10", Evaluate, "is an evaluate config; run it by l2o evaluate")]
    [InlineData("evaluate", "\nflatness: {examples: 10}", Evaluate, "is an analyze config; run it by l2o analyze")]
    public void AConfigOfAnotherCommandIsOneSentence(string command, string more, string config, string expected) =>
        Assert.Equal(
            new Result(2, "", $"error: a.yaml: {expected}"),
            _program.Run(command, "--config", _program.Write("a.yaml", config + more)));

    [Fact]
    public void ASlipDoesNotMakeAConfigOneOfAnotherCommand()
    {
        var path = _program.Write("a.yaml", Train.Replace("optimizer:", "optimizers:", StringComparison.Ordinal));

        Assert.StartsWith(
            "error: a.yaml:1:1: optimizer is missing; ", _program.Run("train", "-c", path).Error, StringComparison.Ordinal);
        Assert.Equal(
            "error: a.yaml: has keys that go into no config together: `optimizers` (evaluate or analyze), `meta` (train); "
            + "keep those of one",
            _program.Run("validate", "-c", path).Error);
    }

    [Theory]
    [InlineData("iterations", "iteratons", "5:8: unknown key `iteratons` in meta; did you mean `iterations`?")]
    [InlineData("meta:", "name: again\nmeta:", "5:1: duplicate key `name`; first at a.yaml:1:1")]
    [InlineData("steps: 100", "steps: many", "5:31: meta.steps is many; choose a whole number")]
    [InlineData("unroll: 20", "unroll: 0", "5:44: meta.unroll is 0; choose 1 to steps (100)")]
    [InlineData("kind: dm", "kind: adam", "2:19: optimizer.kind is adam; choose dm")]
    [InlineData("name: small", "name: ../up", "1:7: name cannot name a folder; choose letters, digits, '.', '_' and '-', starting with a letter or digit")]
    [InlineData("data: synthetic_digits", "data: synthetic_digit", "4:23: optimizees.0.data is synthetic_digit; did you mean synthetic_digits? choose mnist, ")]
    [InlineData("unroll: 20}", "unroll: 20}\nregularizer: {kind: hessian_ev, start: 10}", "6:40: regularizer.start is 10 of 10 meta-iterations, so")]
    [InlineData("unroll: 20}", "unroll: 20}\nregularizer: {kind: hessian_ev, fraction: 0.2}", "6:43: regularizer.fraction is of schedule prior or posterior;")]
    [InlineData("batch_size: 64}", "batch_size: 64}\n  - {kind: mlp, data: synthetic_digits, batch_size: 64, hidden: []}", "5:5: optimizees.1.name is mlp synthetic_digits batch_size=64 again;")]
    [InlineData("unroll: 20}", "unroll: 20, estimator: es}\nregularizer: {kind: hessian_ev, share: 0.1}", "6:40: regularizer.share is measured from gradients,")]
    [InlineData("unroll: 20}", "unroll: 20, estimator: pes}\nregularizer: {kind: hessian_ev, target: optimizee}", "6:41: regularizer.target is optimizee, and evolution")]
    [InlineData("unroll: 20}", "unroll: 20, estimator: pes}\nregularizer: {kind: local_entropy, scaled_by_gamma: false}", "6:53: regularizer.scaled_by_gamma is false,")]
    [InlineData("unroll: 20}", "unroll: 20, staggered: true, random_unroll: {}}", "5:59: meta.staggered is true beside curriculum,")]
    [InlineData("unroll: 20}", "unroll: 20, second_derivatives: true}\nregularizer: {kind: hessian_ev, target: optimizee}", "6:41: regularizer.target is optimizee with meta.second_derivatives,")]
    [InlineData("batch_size: 64}\nmeta: {", "batch_size: 64, train_examples: 4}\nmeta: {loss_split: held_out, ", "5:20: meta.loss_split is held_out, and mlp synthetic_digits b6a218 has fewer than 5")]
    [InlineData("batch_size: 64}\nmeta: {", "batch_size: 64, train_examples: 5}\n  - {kind: quadratic}\nmeta: {loss_split: rest, ", "6:20: meta.loss_split is rest, and quadratic has fewer than 5 training examples")]
    [InlineData("batch_size: 64}\nmeta: {", "batch_size: 64}\n  - {kind: sum, terms: [{kind: mlp, data: mnist}, {kind: bowl}]}\nmeta: {loss_split: held_out, ", "6:20: meta.loss_split is held_out, and sum mlp+bowl")]
    public void EachMistakeIsOneSentenceWithItsPlace(string right, string wrong, string expected)
    {
        var path = _program.Write("a.yaml", Train.Replace(right, wrong, StringComparison.Ordinal));

        var result = _program.Run("validate", "--config", path);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith($"error: a.yaml:{expected}", Assert.Single(result.Error.Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void OverridesAreChecked()
    {
        var path = _program.Write("a.yaml", Train);

        Assert.Equal(
            new Result(2, "", "error: --set meta.iterations=0: meta.iterations is 0; choose 1 or more"),
            _program.Run("validate", "-c", path, "--set", "meta.steps=40", "--set", "meta.iterations=0"));
        Assert.Contains(
            "optimizer.backend is fused with meta.second_derivatives, which it cannot; choose auto or torch",
            _program.Run("validate", "-c", path, "--set", "meta.second_derivatives=true", "--set", "optimizer.backend=fused").Error,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TheSortOfConfigMustBeClear() => Assert.Equal(
        new Result(
            2,
            "",
            "error: a.yaml: give `optimizer`, for a train config, `optimizers`, for an evaluate or analyze config, or `train`, for a sweep"),
        _program.Run("validate", "-c", _program.Write("a.yaml", "name: x")));

    [Fact]
    public void AMissingFileIsNamed() =>
        Assert.Equal(new Result(2, "", "error: a.yaml: no such file"), _program.Run("validate", "-c", "a.yaml"));
}
