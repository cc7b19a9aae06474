using System.Globalization;
using L2O.Statistics;

namespace L2O.Evaluation;

/// <summary>One number about an optimizer on an optimizee, over seeds.</summary>
/// <param name="Metric">Name of the number.</param>
/// <param name="Values">Statistics over the runs that have it.</param>
/// <param name="Diverged">Runs that diverged.</param>
public sealed record SummaryEntry(string Metric, SampleMean Values, int Diverged);

/// <summary>Turns curves into the numbers that tables show.</summary>
public static class Summary
{
    /// <summary>All numbers for one optimizer on one optimizee. Diverged runs count with where they ended.</summary>
    /// <param name="curves">One for each seed.</param>
    /// <param name="targets">
    /// Training losses whose first crossing is reported, as <see cref="TargetCrossing"/> has it; runs that never cross do not
    /// count.
    /// </param>
    public static IReadOnlyList<SummaryEntry> Of(IReadOnlyList<Curve> curves, IEnumerable<double> targets)
    {
        var diverged = curves.Count(curve => curve.IsDiverged);
        SummaryEntry Entry(string metric, Func<Curve, double?> value) => new(
            metric, SampleMean.Of([.. curves.Select(value).OfType<double>()]), diverged);

        return
        [
            Entry("final_train_loss", curve => Loss(curve.Last.Train.Loss)),
            Entry("best_train_loss", curve => curve.Points.Min(point => Loss(point.Train.Loss))),
            Entry("final_train_accuracy", curve => curve.Last.Train.Accuracy),
            Entry("final_test_loss", curve => Loss(curve.Last.Test.Loss)),
            Entry("final_test_accuracy", curve => curve.Last.Test.Accuracy),
            Entry("test_accuracy_at_best_validation", curve => BestByValidation(curve).Test.Accuracy),
            Entry("loss_gap", curve => curve.Last.Test.Loss - curve.Last.Train.Loss),
            Entry("accuracy_gap", curve => curve.Last.Train.Accuracy - curve.Last.Test.Accuracy),
            Entry("mean_train_loss", curve => curve.MeanTrainLoss),
            Entry("seconds", curve => curve.Last.Seconds),
            .. targets.SelectMany(target => new[]
            {
                Entry(Named("steps_to_train_loss", target), curve => Crossing(curve, target)?.Step),
                Entry(Named("seconds_to_train_loss", target), curve => Crossing(curve, target)?.Seconds),
            }),
        ];
    }

    private static double Loss(double loss) => double.IsNaN(loss) ? double.PositiveInfinity : loss;

    private static CurvePoint BestByValidation(Curve curve) =>
        curve.Points.MinBy(point => Loss(point.Validation.Loss)) ?? curve.Last;

    private static TargetCrossing? Crossing(Curve curve, double target) =>
        curve.Crossings.FirstOrDefault(crossing => crossing.Target == target);

    private static string Named(string metric, double target) =>
        string.Create(CultureInfo.InvariantCulture, $"{metric}_{target:R}");
}
