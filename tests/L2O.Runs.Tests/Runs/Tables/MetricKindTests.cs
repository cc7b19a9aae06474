using L2O.Runs.Tables;
using Xunit;

namespace L2O.Tests.Runs.Tables;

public sealed class MetricKindTests
{
    [Theory]
    [InlineData("final_train_loss", true, false, false)]
    [InlineData("test_loss_at_best_validation", true, false, false)]
    [InlineData("test_loss_at_train_loss_0.5", true, false, false)]
    [InlineData("test_accuracy_at_train_loss_0.5", false, false, false)]
    [InlineData("loss_gap", false, true, false)]
    [InlineData("loss_gap_at_train_loss_1E-05", false, true, false)]
    [InlineData("step_at_best_validation", false, false, false)]
    [InlineData("steps_to_train_loss_1", false, false, false)]
    [InlineData("seconds_to_train_loss_1", false, false, true)]
    public void ANameTellsWhatIsMeasured(string metric, bool isLoss, bool isGap, bool isTime) =>
        Assert.Equal((isLoss, isGap, isTime), (MetricKind.IsLoss(metric), MetricKind.IsGap(metric), MetricKind.IsTime(metric)));

    [Theory]
    [InlineData("steps_to_train_loss_0.5", "steps_to_train_loss_TARGET")]
    [InlineData("loss_gap_at_train_loss_1E-05", "loss_gap_at_train_loss_TARGET")]
    [InlineData("final_train_loss", "final_train_loss")]
    public void MetricsOfSeveralTargetsHaveOneName(string metric, string name) =>
        Assert.Equal(name, MetricKind.WithoutTarget(metric));
}
