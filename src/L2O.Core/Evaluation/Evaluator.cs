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
    /// <param name="onStep">Called before every step.</param>
    /// <param name="cancel">Checked before every step, and as often while a split is measured.</param>
    public Curve Run(
        IOptimizer optimizer, WeightedOptimizee entry, long seed, Action onStep, CancellationToken cancel) =>
        Run(optimizer, entry, seed, _ => { }, onStep, cancel);

    /// <summary>One run, measured as it goes, and where it ended.</summary>
    /// <param name="optimizer">The rule.</param>
    /// <param name="entry">What is trained.</param>
    /// <param name="seed">Which start and minibatches.</param>
    /// <param name="onEnd">Receives the solution, which lives until it returns.</param>
    /// <param name="onStep">Called before every step.</param>
    /// <param name="cancel">Checked before every step, and as often while a split is measured.</param>
    public Curve Run(
        IOptimizer optimizer,
        WeightedOptimizee entry,
        long seed,
        Action<Solution> onEnd,
        Action onStep,
        CancellationToken cancel)
    {
        using var work = NumericWork.Begin();
        var at = streams.At("evaluation", seed).At(entry.Name);
        using var episode = entry.Optimizee.Start(at);
        List<CurvePoint> points = [];
        var stopwatch = new PausingStopwatch(clock);
        var limit = new DivergenceLimit(options.DivergedAbove);
        var losses = new LossTally(options.Targets);

        void Record(RolloutPoint point)
        {
            var isLast = limit.IsExceededBy(point.BatchLoss) || point.Step == options.Steps;
            losses.Add(point.Step, point.BatchLoss, stopwatch.Seconds);
            if (isLast || point.Step % options.RecordEvery == 0)
            {
                points.Add(new(
                    point.Step,
                    point.BatchLoss,
                    episode.Measure(point.Theta, Split.Train, cancel),
                    episode.Measure(point.Theta, Split.Validation, cancel),
                    episode.Measure(point.Theta, Split.Test, cancel),
                    stopwatch.Seconds));
            }
        }

        var end = Rollout.Run(
            optimizer,
            entry.Optimizee.Layout,
            episode,
            at.At("optimizer"),
            options.Steps,
            stopwatch,
            point =>
            {
                cancel.ThrowIfCancellationRequested();
                onStep();
                Record(point);
                return !limit.IsExceeded;
            });
        if (!limit.IsExceeded)
        {
            Record(new(options.Steps, end, LossAtEnd(episode, end)));
        }

        onEnd(new(episode, entry.Optimizee.Layout, end, at, limit.IsExceeded));
        return new(points, losses.Mean, losses.Crossings, limit.IsExceeded);
    }

    /// <summary>The Validation loss that a setting reaches in as many steps as the evaluation has.</summary>
    /// <param name="optimizer">The rule.</param>
    /// <param name="entry">What is trained.</param>
    /// <param name="tuningSeed">Which start and minibatches; never those of <see cref="Run(IOptimizer, WeightedOptimizee, long, Action, CancellationToken)"/>.</param>
    /// <param name="onStep">Called before every step.</param>
    /// <param name="cancel">Checked before every step, and as often while a split is measured.</param>
    /// <returns>Infinity where the run diverged.</returns>
    public double ValidationLoss(
        IOptimizer optimizer, WeightedOptimizee entry, long tuningSeed, Action onStep, CancellationToken cancel)
    {
        using var work = NumericWork.Begin();
        var at = streams.At("tuning", tuningSeed).At(entry.Name);
        using var episode = entry.Optimizee.Start(at);
        var (end, limit) = Train(optimizer, entry, episode, at, onStep, cancel);
        var loss = limit.IsExceeded ? double.PositiveInfinity : episode.Measure(end, Split.Validation, cancel).Loss;
        return double.IsFinite(loss) ? loss : double.PositiveInfinity;
    }

    /// <summary>Trains as <see cref="Run(IOptimizer, WeightedOptimizee, long, Action, CancellationToken)"/> does, without measurements on the way, and hands over the solution.</summary>
    /// <param name="optimizer">The rule.</param>
    /// <param name="entry">What is trained.</param>
    /// <param name="seed">Which start and minibatches.</param>
    /// <param name="use">Receives the solution, which lives until it returns.</param>
    /// <param name="onStep">Called before every step.</param>
    /// <param name="cancel">Checked before every step, and as often while a split is measured.</param>
    /// <returns>What <paramref name="use"/> returns.</returns>
    public T WithSolution<T>(
        IOptimizer optimizer,
        WeightedOptimizee entry,
        long seed,
        Func<Solution, T> use,
        Action onStep,
        CancellationToken cancel)
    {
        using var work = NumericWork.Begin();
        var at = streams.At("evaluation", seed).At(entry.Name);
        using var episode = entry.Optimizee.Start(at);
        var (end, limit) = Train(optimizer, entry, episode, at, onStep, cancel);
        var isDiverged = limit.IsExceeded || limit.IsExceededBy(LossAtEnd(episode, end));
        return use(new(episode, entry.Optimizee.Layout, end, at, isDiverged));
    }

    private (Tensor End, DivergenceLimit Limit) Train(
        IOptimizer optimizer,
        WeightedOptimizee entry,
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
            return !limit.IsExceededBy(point.BatchLoss);
        });
        return (end, limit);
    }

    private double LossAtEnd(IEpisode episode, Tensor end) =>
        ScalarTensor.Value(episode.Minibatch(options.Steps, draw: 0).At(end));
}
