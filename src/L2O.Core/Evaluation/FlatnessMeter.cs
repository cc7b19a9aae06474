using L2O.Data;
using L2O.Flatness;
using L2O.Flatness.Curvature;
using L2O.Optimizees;
using L2O.Runtime;
using static TorchSharp.torch;

namespace L2O.Evaluation;

/// <summary>A flatness metric of an analysis.</summary>
/// <param name="Name">As tables spell it.</param>
/// <param name="Metric">What is measured.</param>
public sealed record NamedMetric(string Name, IFlatnessMetric Metric);

/// <summary>One number about a solution.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Estimate">The number and its error; null where the optimizee has none such.</param>
/// <param name="Cost">What it took; null of no flatness metric.</param>
public sealed record Measured(string Metric, Estimate? Estimate, MeasuringCost? Cost);

/// <summary>What an estimate took.</summary>
/// <param name="Seconds">Elapsed.</param>
/// <param name="GradientEvaluations">As <see cref="MeteredLoss.GradientEvaluations"/> counts.</param>
public sealed record MeasuringCost(double Seconds, double GradientEvaluations);

/// <summary>
/// Measures solutions: how flat the loss is there on a fixed part of Train, and how much worse it is on Test. Under one
/// seed all optimizers, and all metrics, meet the same random vectors.
/// </summary>
/// <param name="options">The part of Train, and the spectral density's sizes.</param>
/// <param name="metrics">What is measured, each under a name of its own.</param>
/// <param name="clock">Measures seconds.</param>
public sealed class FlatnessMeter(FlatnessOptions options, IReadOnlyList<NamedMetric> metrics, TimeProvider clock)
{
    // More than a network falls below chance by luck, less than any training worth the name brings.
    private const double LeastFall = 0.05;

    /// <summary>Names of the numbers that grow with sharpness.</summary>
    public IReadOnlyList<string> Sharpnesses { get; } = [.. metrics.Select(metric => metric.Name)];

    /// <summary>Names of the numbers that are worse on Test.</summary>
    public static IReadOnlyList<string> Gaps { get; } = ["loss_gap", "accuracy_gap"];

    /// <summary>Names of all numbers, in the order of <see cref="Measure"/>.</summary>
    public IReadOnlyList<string> Metrics =>
        [.. Sharpnesses, "train_loss", "untrained_loss", "test_loss", "train_accuracy", "test_accuracy", .. Gaps];

    /// <summary>
    /// Whether a solution never trained: its loss on Train is not 5% below that of no training. Its flatness is that of a
    /// start, and says nothing about minima.
    /// </summary>
    /// <param name="trainLoss">The number `train_loss` of a solution.</param>
    /// <param name="untrainedLoss">Its `untrained_loss`.</param>
    public static bool IsUntrained(double trainLoss, double untrainedLoss) =>
        trainLoss > untrainedLoss - (LeastFall * Math.Abs(untrainedLoss));

    /// <summary>The fixed part of Train whose loss is measured, counting what is asked of it.</summary>
    public MeteredLoss LossOf(Solution solution, CancellationToken cancel) =>
        new(solution.Episode.TrainLoss(options.Examples), cancel);

    /// <summary>All numbers of a solution; of a diverged one NaN.</summary>
    /// <param name="solution">Where a run ended.</param>
    /// <param name="onDensity">Given the Hessian's spectral density, unless the run diverged.</param>
    /// <param name="onMetric">Receives what comes next.</param>
    /// <param name="cancel">Checked before every evaluation and every product with the Hessian.</param>
    public IReadOnlyList<Measured> Measure(
        Solution solution, Action<SpectralDensity> onDensity, Action<string> onMetric, CancellationToken cancel)
    {
        if (solution.IsDiverged)
        {
            return [.. Metrics.Select(metric => new Measured(metric, new Estimate(double.NaN, double.NaN), Cost: null))];
        }

        onMetric("spectral density");
        onDensity(DensityOf(solution, cancel));
        List<Measured> measured = [];
        foreach (var metric in metrics)
        {
            onMetric(metric.Name);
            measured.Add(MeasuredBy(metric, solution, cancel));
        }

        return [.. measured, .. Generalization(solution, cancel)];
    }

    private SpectralDensity DensityOf(Solution solution, CancellationToken cancel)
    {
        using var work = NumericWork.Begin();
        Hessian hessian = new(LossOf(solution, cancel), solution.Theta);
        var streams = solution.Streams.At("flatness").At("density");
        return SpectralDensity.Of(hessian, options.LanczosRuns, options.LanczosSteps, streams);
    }

    private Measured MeasuredBy(NamedMetric named, Solution solution, CancellationToken cancel)
    {
        using var work = NumericWork.Begin();
        var loss = LossOf(solution, cancel);
        FlatnessPoint point = new(loss, _ => loss, solution.Theta, Step: 0, solution.Streams.At("flatness"));
        var since = clock.GetTimestamp();
        var number = named.Metric.Measure(point, memory: null).Number.Value;
        MeasuringCost cost = new(clock.GetElapsedTime(since).TotalSeconds, loss.GradientEvaluations);
        return new(named.Name, number, cost);
    }

    private IEnumerable<Measured> Generalization(Solution solution, CancellationToken cancel)
    {
        var train = solution.Episode.Measure(solution.Theta, Split.Train, cancel);
        var untrained = MeasureUntrained(solution, isClassifier: train.Accuracy is not null, cancel);
        var test = solution.Episode.Measure(solution.Theta, Split.Test, cancel);
        var (trainLoss, testLoss) = (LossOf(train), LossOf(test));
        var (trainAccuracy, testAccuracy) = (AccuracyOf(train), AccuracyOf(test));
        Estimate?[] estimates =
        [
            trainLoss, LossOf(untrained), testLoss, trainAccuracy, testAccuracy,
            Difference(testLoss, trainLoss), Difference(trainAccuracy, testAccuracy),
        ];
        return Metrics.Skip(Sharpnesses.Count).Zip(estimates, (metric, estimate) => new Measured(metric, estimate, Cost: null));
    }

    // With parameters of 0 a network gives every class the same chance. Elsewhere 0 may be the minimum.
    private static Measurement MeasureUntrained(Solution solution, bool isClassifier, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var theta = isClassifier ? zeros_like(solution.Theta) : solution.Episode.InitialTheta();
        return solution.Episode.Measure(theta, Split.Train, cancel);
    }

    private static Estimate? LossOf(Measurement measurement) => new(measurement.Loss, measurement.LossError);

    private static Estimate? AccuracyOf(Measurement measurement) =>
        measurement is { Accuracy: { } accuracy, AccuracyError: { } error } ? new(accuracy, error) : null;

    // The two splits are independent samples.
    private static Estimate? Difference(Estimate? left, Estimate? right) => (left, right) is ({ } a, { } b)
        ? new(a.Value - b.Value, double.Hypot(a.Error, b.Error))
        : null;
}
