using System.Globalization;

namespace L2O.Evaluation;

/// <summary>One number about one run.</summary>
/// <param name="Metric">Name of the number.</param>
/// <param name="Value">Null where the run has no such number, for instance a target that it never reached.</param>
internal sealed record Outcome(string Metric, double? Value)
{
    /// <summary>All numbers of a run, the same ones in the same order for every run. A diverged one counts with where it ended.</summary>
    /// <param name="curve">Of the run.</param>
    /// <param name="targets">Training losses whose first crossing is reported, as <see cref="TargetCrossing"/> has it.</param>
    public static IReadOnlyList<Outcome> Of(Curve curve, IEnumerable<double> targets) =>
    [
        new("final_train_loss", Loss(curve.Last.Train.Loss)),
        new("best_train_loss", curve.Points.Min(point => Loss(point.Train.Loss))),
        new("final_train_accuracy", curve.Last.Train.Accuracy),
        new("final_test_loss", Loss(curve.Last.Test.Loss)),
        new("final_test_accuracy", curve.Last.Test.Accuracy),
        new("test_accuracy_at_best_validation", BestByValidation(curve).Test.Accuracy),
        new("test_loss_at_best_validation", Loss(BestByValidation(curve).Test.Loss)),
        new("step_at_best_validation", BestByValidation(curve).Step),
        new("loss_gap", curve.Last.Test.Loss - curve.Last.Train.Loss),
        new("accuracy_gap", curve.Last.Train.Accuracy - curve.Last.Test.Accuracy),
        new("mean_train_loss", curve.MeanTrainLoss),
        new("seconds", curve.Last.Seconds),
        .. targets.SelectMany(target => new Outcome[]
        {
            new(Named("steps_to_train_loss", target), Crossing(curve, target)?.Step),
            new(Named("seconds_to_train_loss", target), Crossing(curve, target)?.Seconds),
            new(Named("test_loss_at_train_loss", target), At(curve, target, point => point.Test.Loss)),
            new(Named("test_accuracy_at_train_loss", target), At(curve, target, point => point.Test.Accuracy)),
            new(Named("loss_gap_at_train_loss", target), At(curve, target, point => point.Test.Loss - point.Train.Loss)),
        }),
    ];

    // Where Train, measured, first is at the target, on the line between the two points around it: runs that have come equally far.
    private static double? At(Curve curve, double target, Func<CurvePoint, double?> number)
    {
        var reached = curve.Points.TakeWhile(point => !(point.Train.Loss <= target)).Count();
        if (reached == curve.Points.Count)
        {
            return null;
        }

        var after = curve.Points[reached];
        var before = curve.Points[Math.Max(0, reached - 1)];
        var part = (before.Train.Loss - target) / (before.Train.Loss - after.Train.Loss);
        return reached > 0 && double.IsFinite(part) ? number(before) + (part * (number(after) - number(before))) : number(after);
    }

    private static double Loss(double loss) => double.IsNaN(loss) ? double.PositiveInfinity : loss;

    private static CurvePoint BestByValidation(Curve curve) =>
        curve.Points.MinBy(point => Loss(point.Validation.Loss)) ?? curve.Last;

    private static TargetCrossing? Crossing(Curve curve, double target) =>
        curve.Crossings.FirstOrDefault(crossing => crossing.Target == target);

    private static string Named(string metric, double target) =>
        string.Create(CultureInfo.InvariantCulture, $"{metric}_{target:R}");
}
