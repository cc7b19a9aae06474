using System.Text;
using L2O.Configs;
using L2O.Errors;
using L2O.Experiments;
using L2O.Experiments.Sweeps;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Experiments.Sweeps;

public sealed class SweepPlanTests : IDisposable
{
    private const string Train = """
        name: small
        optimizer: {kind: dm, hidden: [4]}
        optimizees:
          - {kind: quadratic, dimension: 3}
        meta: {iterations: 4, steps: 8, unroll: 4}
        """;

    private const string Evaluate = """
        name: unseen
        optimizers:
          - {kind: adam, learning_rate: [1e-2, 1e-1]}
          - {kind: sgd, learning_rate: 1e-2}
        optimizees:
          - {kind: quadratic, dimension: 5}
        steps: 10
        record_every: 5
        """;

    private const string Sweep = """
        name: study
        train: train/small.yaml
        vary:
          regularizer: [{kind: none}, {kind: hessian_ev, share: 0.1}]
          seed: [1, 2]
        reference: {regularizer: {kind: none}}
        evaluate: [unseen.yaml]
        """;

    private readonly TemporaryFolder _folder = new();

    public SweepPlanTests()
    {
        Write("train/small.yaml", Train);
        Write("unseen.yaml", Evaluate);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ThereIsATrainingForEachCombinationAndARunForEachThatIsJudged()
    {
        var plan = Plan(Sweep);

        Assert.Equal(
            [
                "train/none-s1", "train/none-s2", "train/hessian_ev-share0.1-s1", "train/hessian_ev-share0.1-s2",
                "evaluate/unseen/optimizers",
                "evaluate/unseen/none-s1", "evaluate/unseen/none-s2",
                "evaluate/unseen/hessian_ev-share0.1-s1", "evaluate/unseen/hessian_ev-share0.1-s2",
            ],
            plan.Runs.Select(run => run.Run.Directory));
        Assert.Equal(["none", "hessian_ev-share0.1"], plan.Index.Arms());
        Assert.Equal("none", plan.Index.Reference);
        Assert.Equal([1, 2, 1, 2, null, 1, 2, 1, 2], plan.Runs.Select(run => run.Run.MetaSeed));
    }

    [Fact]
    public void EachOfSeveralTrainConfigsIsAnArmByItsName()
    {
        Write("train/other.yaml", Train.Replace("name: small", "name: other", StringComparison.Ordinal));
        var both = Sweep.Replace("train: train/small.yaml", "train: [train/small.yaml, train/other.yaml]", StringComparison.Ordinal);

        Assert.Equal(
            ["small-none", "small-hessian_ev-share0.1", "other-none", "other-hessian_ev-share0.1"],
            Plan(both.Replace("reference: {regularizer: {kind: none}}", "reference: adam", StringComparison.Ordinal)).Index.Arms());
        var seeds = Plan("""
            name: study
            train: [train/small.yaml, train/other.yaml]
            vary: {seed: [1, 2]}
            reference: other
            """);
        Assert.Equal(["train/small-s1", "train/small-s2", "train/other-s1", "train/other-s2"], seeds.Runs.Select(run => run.Run.Directory));
        Assert.Equal("other", seeds.Index.Reference);
        Assert.Contains(In("train/other.yaml"), seeds.Runs[2].Run.Arguments);
    }

    [Fact]
    public void ATrainingHasWhatVariesAndIsBegunWithIt()
    {
        var run = Plan(Sweep).Runs[3];

        var config = Assert.IsType<TrainConfig>(run.Config);
        Assert.Equal((2, 0.1), (config.Seed, config.Regularizer.Share));
        Assert.Equal(
            [
                "train", In("train/small.yaml"), "--set", "regularizer={kind: hessian_ev, share: 0.1}", "--set", "seed=2",
                "--run", Path.Combine("out", "train", "hessian_ev-share0.1-s2"), "--resume", "--quiet",
            ],
            run.Run.Arguments);
    }

    [Fact]
    public void AnEvaluationIsOfOneTrainingWithoutTheConfigsOwnOptimizers()
    {
        var run = Plan(Sweep).Runs[^1];

        Assert.Empty(Assert.IsType<EvaluateConfig>(run.Config).Optimizers);
        Assert.Equal("train/hessian_ev-share0.1-s2", run.Run.Of);
        Assert.Equal(
            [
                "evaluate", In("unseen.yaml"), "--set", "optimizers=[]",
                "--checkpoint", Path.Combine("out", "train/hessian_ev-share0.1-s2"),
                "--run", Path.Combine("out", "evaluate", "unseen", "hessian_ev-share0.1-s2"), "--resume", "--quiet",
            ],
            run.Run.Arguments);
    }

    [Fact]
    public void TheLatestCheckpointIsJudgedWhereThatIsAsked() => Assert.EndsWith(
        "latest.safetensors", Plan(Sweep + "\ncheckpoint: latest").Runs[^1].Checkpoint, StringComparison.Ordinal);

    [Fact]
    public void AnotherValueLeavesTheRunsOfTheOthersAsTheyAre()
    {
        var before = Plan(Sweep).Runs.ToDictionary(run => run.Run.Directory, run => string.Join(' ', run.Run.Arguments));

        var after = Plan(Sweep.Replace("[1, 2]", "[2, 3, 1]", StringComparison.Ordinal)
            .Replace("{kind: none},", "{kind: gradient_norm}, {kind: none},", StringComparison.Ordinal));

        Assert.Equal((3 * 3) + 1 + (3 * 3), after.Runs.Count);
        Assert.All(before, run => Assert.Equal(
            run.Value, string.Join(' ', after.Runs.Single(other => other.Run.Directory == run.Key).Run.Arguments)));
    }

    [Fact]
    public void WhatEveryTrainingHasIsInNoName()
    {
        var plan = Plan("name: a\ntrain: train/small.yaml\nset: {meta.iterations: 2}\nvary: {meta.steps: [8, 16]}");

        Assert.Equal(["train/steps8-s1", "train/steps16-s1"], plan.Runs.Select(run => run.Run.Directory));
        Assert.Equal((2, 16), (((TrainConfig)plan.Runs[1].Config).Meta.Iterations, ((TrainConfig)plan.Runs[1].Config).Meta.Steps));
    }

    [Fact]
    public void WithoutTrainingTheConfigsOwnOptimizersAreCompared() => Assert.Equal(
        ["evaluate/unseen/optimizers"], Plan("name: a\nevaluate: [unseen.yaml]\nreference: adam").Runs.Select(run => run.Run.Directory));

    [Theory]
    [InlineData("vary: {seed: [1, 2]}", "small-s1")]
    [InlineData("vary: {optimizer.hidden: [[4], [8, 8]]}", "hidden4-s1")]
    [InlineData("vary: {meta.optimizer: [{kind: adam, learning_rate: 1e-3}]}", "adam-learning_rate0.001-s1")]
    [InlineData("vary: {meta.second_derivatives: [true, false]}", "second_derivatives-true-s1")]
    [InlineData("vary: {meta.random_unroll: [null]}", "random_unroll-none-s1")]
    [InlineData("vary: {meta.steps: [8], meta.unroll: [2]}", "steps8-unroll2-s1")]
    public void ARunIsCalledByWhatSetsItApart(string vary, string name) =>
        Assert.Equal($"train/{name}", Plan($"name: a\ntrain: train/small.yaml\n{vary}").Runs[0].Run.Directory);

    [Fact]
    public void ALongNameIsShortAndItsOwn()
    {
        var plan = Plan("""
            name: a
            train: train/small.yaml
            vary:
              regularizer:
                - {kind: local_entropy, weight: 0.125, start: 2, every: 2, minibatches: 3, pairs: 3}
                - {kind: local_entropy, weight: 0.125, start: 2, every: 2, minibatches: 3, pairs: 4}
            """);

        Assert.All(plan.Index.Arms(), arm => Assert.InRange(arm.Length, 1, 34));
        Assert.Equal(2, plan.Index.Arms().Distinct().Count());
        Assert.All(plan.Index.Arms(), arm => Assert.StartsWith("local_entropy-weight0.125", arm, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("vary: {meta.iteration: [1, 2]}", "sweep.yaml:3:8: unknown key `iteration` in meta; did you mean `iterations`?")]
    [InlineData("vary: {meta.iterations: [1, 0]}", "sweep.yaml:3:29: meta.iterations is 0; choose 1 or more")]
    [InlineData("vary: {meta.iterations: 3}", "sweep.yaml:3:25: vary.meta.iterations is 3; choose a list of values")]
    [InlineData("vary: {meta.iterations: []}", "sweep.yaml:3:25: vary.meta.iterations is an empty list; choose a list of values")]
    [InlineData("vary: {seed: [1, 2, 1]}", "sweep.yaml:3:21: vary.seed has 1 twice, so two runs would have one name; leave one out")]
    [InlineData("vary: {seed: [1, 1.5]}", "sweep.yaml:3:18: seed is 1.5; choose a whole number")]
    [InlineData("vary: {extends: [a.yaml]}", "sweep.yaml:3:8: vary.extends is read before it; write it in the train config")]
    [InlineData("set: {seed: 3}\nvary: {seed: [1]}", "sweep.yaml:4:8: vary.seed is in set too; leave one of them out")]
    [InlineData("evaluate: [unsen.yaml]", "unsen.yaml: no such file")]
    [InlineData("evaluate: [train/small.yaml]", "is a train config; run it by l2o train")]
    [InlineData("evaluate: [unseen.yaml, unseen.yaml]", "two of its configs are called unseen; give one of them another `name`")]
    [InlineData("reference: adam", "sweep.yaml:3:12: reference is adam; choose an arm or an optimizer: small")]
    [InlineData("vary: {seed: [1, 2], meta.steps: [8, 9]}\nreference: {seed: 1}", "reference fits 2 arms (steps8, steps9)")]
    [InlineData("vary: {meta.steps: [8, 9]}\nreference: {meta.steps: 10}", "reference.meta.steps is 10; choose 8 or 9")]
    [InlineData("vary: {meta.steps: [8, 9]}\nreference: {meta.unroll: 10}", "reference.meta.unroll is 10; meta.unroll does not vary; choose keys of vary")]
    [InlineData("vary: [1]", "vary is a list; choose a map")]
    [InlineData("vari: {seed: [1]}", "unknown key `vari`; did you mean `vary`?")]
    public void WhatIsWrongIsSaidWithItsPlace(string rest, string message)
    {
        var problem = Assert.Throws<ConfigException>(() => Plan($"name: a\ntrain: train/small.yaml\n{rest}"));

        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
        Assert.Single(problem.Message.Split('\n'));
    }

    [Fact]
    public void AMissingTrainConfigIsAMistakeOfTheSweep() => Assert.Contains(
        "sweep.yaml:2:8: train: ",
        Assert.Throws<ConfigException>(() => Plan("name: a\ntrain: trian/small.yaml")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void AnArmAndAnOptimizerHaveNamesOfTheirOwn()
    {
        Write("unseen.yaml", Evaluate.Replace("kind: sgd,", "name: small, kind: sgd,", StringComparison.Ordinal));

        Assert.Contains(
            "small is an arm, and an optimizer of a config that judges it; give that another name",
            Assert.Throws<ConfigException>(() => Plan("name: a\ntrain: train/small.yaml\nevaluate: [unseen.yaml]")).Message,
            StringComparison.Ordinal);
    }

    private SweepPlan Plan(string text)
    {
        Write("sweep.yaml", text);
        return SweepPlan.Read(ConfigSource.FromFile(In("sweep.yaml"), []), "out", []);
    }

    private string In(string name) => _folder.File(name);

    private void Write(string name, string text) => _folder.Write(name, Encoding.UTF8.GetBytes(text));
}
