using L2O.Evaluation;
using L2O.Experiments;
using L2O.Experiments.Comparing;
using L2O.Optimizees;
using L2O.Optimizers.Handcrafted;
using L2O.Runs;
using L2O.Tests.Experiments.Training;
using L2O.Tests.Support;
using Serilog.Core;
using Xunit;

namespace L2O.Tests.Experiments.Comparing;

public sealed class EvaluateVerificationTests
{
    [Fact]
    public void FinalizersWaitForSafePointsWhileACellIsRunAgain()
    {
        using TemporaryFolder folder = new();
        List<bool> closed = [];
        var problem = new FunctionOptimizee(
            x =>
            {
                closed.Add(Gate.IsClosed());
                return x.square().sum();
            },
            [0.8, -0.6]);
        EvaluateConfig config = new() { Name = "compare", Optimizers = [], Optimizees = [], Steps = 3, Seeds = 1, RecordEvery = 1 };
        var description = BowlTraining.Description with { Kind = "evaluate", Name = config.Name };
        ComparedOptimizer[] compared = [new("sgd", [new("", [], new Sgd(new()))])];
        WeightedOptimizee[] optimizees = [new("bowl", problem, Weight: 1)];
        using (var directory = RunDirectory.Create(folder.File("run"), description, TimeProvider.System))
        {
            new EvaluateRun(config, compared, optimizees, directory, new(1), Logger.None, TimeProvider.System)
                .Run((_, _) => { }, CancellationToken.None);
            directory.SetStatus(RunStatus.Completed);
        }

        closed.Clear();
        using RunVerification run = new(folder.File("run"));
        var check = new EvaluateVerification(run, config).Replay(compared, optimizees, rows: 9, CancellationToken.None);

        Assert.True(check.IsOk, check.Text);
        Assert.DoesNotContain(false, closed);
        Assert.NotEmpty(closed);
        Assert.False(Gate.IsClosed());
    }
}
