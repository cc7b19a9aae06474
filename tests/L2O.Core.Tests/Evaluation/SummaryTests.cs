using L2O.Evaluation;
using L2O.Optimizees;
using L2O.Statistics;
using Xunit;

namespace L2O.Tests.Evaluation;

public sealed class SummaryTests
{
    [Fact]
    public void NumbersOfOneCurveAreReadOffItsPoints()
    {
        var curve = CurveOf(false, (0, 2.0, 2.1, 0.1), (10, 0.5, 0.7, 0.8), (20, 0.6, 0.9, 0.9));

        var metrics = Summary.Of([curve], [1.0, 0.1]).ToDictionary(entry => entry.Metric, entry => entry.Values);

        Assert.Equal(0.6, metrics["final_train_loss"].Mean);
        Assert.Equal(0.5, metrics["best_train_loss"].Mean);
        Assert.Equal(0.9, metrics["final_test_loss"].Mean);
        Assert.Equal(0.9, metrics["final_test_accuracy"].Mean);
        Assert.Equal(0.8, metrics["test_accuracy_at_best_validation"].Mean);
        Assert.Equal(0.7, metrics["test_loss_at_best_validation"].Mean);
        Assert.Equal(10, metrics["step_at_best_validation"].Mean);
        Assert.Equal(0.3, metrics["loss_gap"].Mean, 1e-12);
        Assert.Equal(0.7, metrics["mean_train_loss"].Mean);
        Assert.Equal(33, metrics["steps_to_train_loss_1"].Mean);
        Assert.Equal(2.5, metrics["seconds_to_train_loss_1"].Mean);
        Assert.Equal(0, metrics["steps_to_train_loss_0.1"].Count);
    }

    [Theory]
    [InlineData(3, 2.1, 0.1)]
    [InlineData(1.25, 1.4, 0.45)]
    [InlineData(0.5, 0.7, 0.8)]
    [InlineData(0.4, null, null)]
    public void NumbersAtATrainingLossLieBetweenThePointsAroundIt(double target, double? testLoss, double? testAccuracy)
    {
        var curve = CurveOf(false, (0, 2.0, 2.1, 0.1), (10, 0.5, 0.7, 0.8), (20, 0.6, 0.9, 0.9));

        double?[] numbers = [.. Outcome.Of(curve, [target]).TakeLast(3).Select(outcome => outcome.Value)];

        Assert.Equal(testLoss ?? double.NaN, numbers[0] ?? double.NaN, 1e-12);
        Assert.Equal(testAccuracy ?? double.NaN, numbers[1] ?? double.NaN, 1e-12);
        Assert.Equal((testLoss - Math.Min(target, 2)) ?? double.NaN, numbers[2] ?? double.NaN, 1e-12);
    }

    [Fact]
    public void DivergedRunsAreCountedAndNotDropped()
    {
        var good = CurveOf(false, (0, 2.0, 2.0, 0.1), (10, 1.0, 1.0, 0.5));
        var bad = CurveOf(true, (0, 2.0, 2.0, 0.1), (4, double.NaN, double.NaN, 0.1));

        var final = Summary.Of([good, bad], []).First(entry => entry.Metric == "final_train_loss");

        Assert.Equal(1, final.Diverged);
        Assert.Equal(2, final.Values.Count);
        Assert.Equal(double.PositiveInfinity, final.Values.Mean);
    }

    [Fact]
    public void EveryNumberIsMadeOfThoseOfTheRuns()
    {
        Curve[] curves =
        [
            CurveOf(false, (0, 2.0, 2.0, 0.1), (10, 1.0, 1.25, 0.5)),
            CurveOf(false, (0, 2.0, 2.0, 0.2), (10, 0.5, 0.75, 0.75)) with { Crossings = [] },
        ];

        var outcomes = curves.Select(curve => Outcome.Of(curve, [1])).ToArray();
        var summary = Summary.Of(curves, [1]);

        Assert.Equal(17, summary.Count);
        Assert.All(summary.Index(), entry =>
        {
            Outcome[] ofRuns = [.. outcomes.Select(run => run[entry.Index])];
            Assert.All(ofRuns, outcome => Assert.Equal(entry.Item.Metric, outcome.Metric));
            Assert.Equal(SampleMean.Of([.. ofRuns.Select(outcome => outcome.Value).OfType<double>()]), entry.Item.Values);
        });
        Assert.Equal([33, null], outcomes.Select(run => run.Single(outcome => outcome.Metric == "steps_to_train_loss_1").Value));
        Assert.Equal([0.25, 0.25], outcomes.Select(run => run.Single(outcome => outcome.Metric == "loss_gap").Value));
    }

    // Validation loss is the test loss here, so that a best point exists that is not the last.
    private static Curve CurveOf(bool isDiverged, params (long Step, double Train, double Test, double Accuracy)[] points) =>
        new(
            [.. points.Select(point => new CurvePoint(
                point.Step, point.Train, new(point.Train, point.Accuracy), new Measurement(point.Test, null),
                new(point.Test, point.Accuracy), point.Step / 10.0))],
            MeanTrainLoss: 0.7,
            Crossings: [new(Target: 1, Step: 33, Seconds: 2.5)],
            isDiverged);
}
