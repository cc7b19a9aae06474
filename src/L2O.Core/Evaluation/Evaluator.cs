using L2O.Data;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Evaluation;

/// <summary>
/// Runs optimizers under common random numbers: under one seed all of them start at the same theta and see the same
/// minibatches.
/// </summary>
/// <param name="options">Lengths and limits.</param>
/// <param name="streams">The evaluation's random numbers.</param>
/// <param name="clock">Measures the seconds spent optimizing.</param>
public sealed class Evaluator(EvaluationOptions options, RandomStreams streams, TimeProvider clock)
{
    /// <summary>One run, measured as it goes.</summary>
    /// <param name="optimizer">The rule.</param>
    /// <param name="entry">What is trained.</param>
    /// <param name="seed">Which start and minibatches.</param>
    /// <param name="onStep">Called after every step.</param>
    /// <param name="cancel">Checked before every step.</param>
    public Curve Run(
        IOptimizer optimizer,
        NamedOptimizee entry,
        long seed,
        Action onStep,
        CancellationToken cancel)
    {
        using var computing = FinalizerGate.Enter();
        using var scope = NewDisposeScope();
        var at = streams.At("evaluation", seed).At(entry.Name);
        using var episode = entry.Optimizee.Start(at);
        List<CurvePoint> points = [];
        var stopwatch = new PausingStopwatch(clock);
        var limit = new DivergenceLimit(options.DivergedAbove);
        var isDiverged = false;

        void Measure(Tensor theta, long step, double batchLoss)
        {
            var point = new CurvePoint(
                step,
                batchLoss,
                episode.Measure(theta, Split.Train),
                episode.Measure(theta, Split.Validation),
                episode.Measure(theta, Split.Test),
                stopwatch.Seconds);
            points.Add(point);
        }

        stopwatch.Resume();
        var end = Rollout.Run(optimizer, entry.Optimizee.Layout, episode, at.At("optimizer"), options.Steps, point =>
        {
            // To look at a point, and to wait until others let finalizers run, is not to optimize.
            stopwatch.Pause();
            cancel.ThrowIfCancellationRequested();
            onStep();
            isDiverged = limit.IsExceededBy(point.BatchLoss);
            if (isDiverged || point.Step % options.RecordEvery == 0)
            {
                Measure(point.Theta, point.Step, point.BatchLoss);
            }

            FinalizerGate.Pass();
            stopwatch.Resume();
            return !isDiverged;
        });
        stopwatch.Pause();
        if (!isDiverged)
        {
            var batchLoss = ScalarTensor.Value(episode.Minibatch(options.Steps, draw: 0).At(end));
            isDiverged = limit.IsExceededBy(batchLoss);
            Measure(end, options.Steps, batchLoss);
        }

        return new(points, isDiverged);
    }

    /// <summary>The Validation loss that a setting reaches in as many steps as the evaluation has.</summary>
    /// <param name="optimizer">The rule.</param>
    /// <param name="entry">What is trained.</param>
    /// <param name="tuningSeed">Which start and minibatches; never those of <see cref="Run"/>.</param>
    /// <param name="onStep">Called after every step.</param>
    /// <param name="cancel">Checked before every step.</param>
    /// <returns>Infinity where the run diverged.</returns>
    public double ValidationLoss(
        IOptimizer optimizer, NamedOptimizee entry, long tuningSeed, Action onStep, CancellationToken cancel)
    {
        using var computing = FinalizerGate.Enter();
        using var scope = NewDisposeScope();
        var at = streams.At("tuning", tuningSeed).At(entry.Name);
        using var episode = entry.Optimizee.Start(at);
        var (end, limit) = Train(optimizer, entry, episode, at, onStep, cancel);
        var loss = limit.IsExceeded ? double.PositiveInfinity : episode.Measure(end, Split.Validation).Loss;
        return double.IsFinite(loss) ? loss : double.PositiveInfinity;
    }

    /// <summary>The same run as <see cref="Run"/> makes, without measurements on the way, and a look at its end.</summary>
    /// <param name="optimizer">The rule.</param>
    /// <param name="entry">What is trained.</param>
    /// <param name="seed">Which start and minibatches.</param>
    /// <param name="look">Sees the end; what it is given lives until it returns.</param>
    /// <param name="onStep">Called after every step.</param>
    /// <param name="cancel">Checked before every step.</param>
    public T AtEnd<T>(
        IOptimizer optimizer,
        NamedOptimizee entry,
        long seed,
        Func<Solution, T> look,
        Action onStep,
        CancellationToken cancel)
    {
        using var computing = FinalizerGate.Enter();
        using var scope = NewDisposeScope();
        var at = streams.At("evaluation", seed).At(entry.Name);
        using var episode = entry.Optimizee.Start(at);
        var (end, limit) = Train(optimizer, entry, episode, at, onStep, cancel);
        var isDiverged = limit.IsExceeded
            || limit.IsExceededBy(ScalarTensor.Value(episode.Minibatch(options.Steps, draw: 0).At(end)));
        return look(new(episode, entry.Optimizee.Layout, end, at, isDiverged));
    }

    private (Tensor End, DivergenceLimit Limit) Train(
        IOptimizer optimizer,
        NamedOptimizee entry,
        IEpisode episode,
        RandomStreams at,
        Action onStep,
        CancellationToken cancel)
    {
        var limit = new DivergenceLimit(options.DivergedAbove);
        var end = Rollout.Run(optimizer, entry.Optimizee.Layout, episode, at.At("optimizer"), options.Steps, point =>
        {
            cancel.ThrowIfCancellationRequested();
            onStep();
            FinalizerGate.Pass();
            return !limit.IsExceededBy(point.BatchLoss);
        });
        return (end, limit);
    }

    // Losses that pass near zero have no meaningful multiple there.
    private sealed class DivergenceLimit(double factor)
    {
        private double? _limit;

        public bool IsExceeded { get; private set; }

        public bool IsExceededBy(double loss)
        {
            _limit ??= Math.Max(Math.Abs(loss), 1) * factor;
            IsExceeded = !double.IsFinite(loss) || loss > _limit;
            return IsExceeded;
        }
    }

    private sealed class PausingStopwatch(TimeProvider clock)
    {
        private TimeSpan _elapsed;
        private long _since;

        public double Seconds => _elapsed.TotalSeconds;

        public void Resume() => _since = clock.GetTimestamp();

        public void Pause() => _elapsed += clock.GetElapsedTime(_since);
    }
}
