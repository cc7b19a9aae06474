using System.Globalization;
using L2O.Data;
using L2O.Flatness;
using L2O.Optimizees;
using L2O.Runtime;

namespace L2O.Evaluation;

/// <summary>One number about a solution.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Estimate">The number and its error; null where the optimizee has none such.</param>
/// <param name="Cost">What it took, together with the numbers that come of the same work; null of no flatness metric.</param>
public sealed record Measured(string Metric, Estimate? Estimate, MeasuringCost? Cost);

/// <summary>What an estimate took.</summary>
/// <param name="Seconds">Elapsed.</param>
/// <param name="GradientEvaluations">As <see cref="MeteredLoss.GradientEvaluations"/> counts.</param>
public sealed record MeasuringCost(double Seconds, double GradientEvaluations);

/// <summary>
/// Measures solutions: how flat the loss is there on a fixed part of Train, and how much worse it is on Test. Under one
/// seed all optimizers meet the same random vectors.
/// </summary>
public sealed class FlatnessMeter
{
    private readonly FlatnessOptions _options;
    private readonly TimeProvider _clock;
    private readonly IReadOnlyList<Work> _works;

    /// <summary>Prepares the measurements.</summary>
    /// <param name="options">Sizes of the estimates.</param>
    /// <param name="clock">Measures their seconds.</param>
    public FlatnessMeter(FlatnessOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _works =
        [
            new(["lambda_max"], point => [point.Density(options).SpectralNorm]),
            new(["trace"], point => [HutchinsonTrace.Of(point.Hessian(), options.Probes, point.Streams.At("trace"))]),
            new(["frobenius"], point => [FrobeniusNorm.Of(point.Hessian(), options.Probes, point.Streams.At("frobenius"))]),
            new(["gradient_norm"], point => [point.GradientNorm()]),
            new(["sam_sharpness"], point => [point.Sharpness(options.Rho, isAdaptive: false)]),
            new(["adaptive_sam_sharpness"], point => [point.Sharpness(options.AdaptiveRho, isAdaptive: true)]),
            .. options.Gammas.Select(gamma => new Work(
                [Named("local_entropy", gamma), Named("local_entropy_excess", gamma)],
                point => point.LocalEntropy(gamma, options.Pairs))),
        ];
    }

    /// <summary>What `local_entropy` of a gamma is called, the loss at theta included or, as excess, taken off.</summary>
    public static string Named(string metric, double gamma) =>
        string.Create(CultureInfo.InvariantCulture, $"{metric}_gamma_{gamma:R}");

    /// <summary>Names of the numbers that grow with sharpness.</summary>
    public IReadOnlyList<string> Sharpnesses => [.. _works.SelectMany(work => work.Metrics)];

    /// <summary>Names of the numbers that are worse on Test.</summary>
    public static IReadOnlyList<string> Gaps { get; } = ["loss_gap", "accuracy_gap"];

    /// <summary>Names of all numbers, in the order of <see cref="Measure"/>.</summary>
    public IReadOnlyList<string> Metrics =>
        [.. Sharpnesses, "train_loss", "test_loss", "train_accuracy", "test_accuracy", .. Gaps];

    /// <summary>The fixed part of Train whose loss is measured, counting what is asked of it.</summary>
    public MeteredLoss LossOf(Solution solution, CancellationToken cancel) =>
        new(solution.Episode.TrainLoss(_options.Examples), cancel);

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

        List<Measured> measured = [];
        foreach (var work in _works)
        {
            onMetric(work.Metrics[0]);
            using var piece = NumericWork.Begin();
            var point = new MeasuredPoint(solution, LossOf(solution, cancel), onDensity);
            var since = _clock.GetTimestamp();
            var estimates = work.Do(point);
            var cost = new MeasuringCost(_clock.GetElapsedTime(since).TotalSeconds, point.Loss.GradientEvaluations);
            measured.AddRange(work.Metrics.Zip(estimates, (metric, estimate) => new Measured(metric, estimate, cost)));
        }

        return [.. measured, .. Generalization(solution)];
    }

    private IEnumerable<Measured> Generalization(Solution solution)
    {
        var train = solution.Episode.Measure(solution.Theta, Split.Train);
        var test = solution.Episode.Measure(solution.Theta, Split.Test);
        var (trainLoss, testLoss) = (LossOf(train), LossOf(test));
        var (trainAccuracy, testAccuracy) = (AccuracyOf(train), AccuracyOf(test));
        Estimate?[] estimates =
        [
            trainLoss, testLoss, trainAccuracy, testAccuracy,
            Difference(testLoss, trainLoss), Difference(trainAccuracy, testAccuracy),
        ];
        return Metrics.Skip(Sharpnesses.Count).Zip(estimates, (metric, estimate) => new Measured(metric, estimate, Cost: null));
    }

    private static Estimate? LossOf(Measurement measurement) => new(measurement.Loss, measurement.LossError);

    private static Estimate? AccuracyOf(Measurement measurement) =>
        measurement is { Accuracy: { } accuracy, AccuracyError: { } error } ? new(accuracy, error) : null;

    // The two splits are independent samples.
    private static Estimate? Difference(Estimate? left, Estimate? right) => (left, right) is ({ } a, { } b)
        ? new(a.Value - b.Value, double.Hypot(a.Error, b.Error))
        : null;

    private sealed record Work(IReadOnlyList<string> Metrics, Func<MeasuredPoint, IReadOnlyList<Estimate>> Do);
}
