using L2O.Flatness;
using L2O.Optimizees;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>What a regularizer did in one unroll; all null where it had no part.</summary>
/// <param name="Value">Mean of the metric over the regularized points, and over all runs of evolution strategies.</param>
/// <param name="Share">
/// Part of the gradient that it made, |w R'| / (|f'| + |w R'|): with the factors that each has in the objective, |w R'|
/// summed over the regularized points and |f'| over all of them. Null where it was measured and not applied, and
/// of evolution strategies, which see no gradient of it.
/// </param>
/// <param name="Ratio">|f'| / |R'|, of the same sums, where it was measured and not applied; else null.</param>
public sealed record RegularizerLedger(double? Value, double? Share, double? Ratio = null);

/// <summary>The regularizer of one unroll: gradients or values to add, and the ledger of what the gradients came to.</summary>
/// <param name="regularizer">Null for none.</param>
/// <param name="weight">What the metric is multiplied by; null to measure what 1 would come to, and to add nothing.</param>
/// <param name="unroll">Which of the meta-iteration's unrolls.</param>
/// <param name="unrollCount">Unrolls in the meta-iteration.</param>
/// <param name="drawn">Minibatches that the meta-loss draws at a step.</param>
/// <param name="streams">The episode's random numbers for the metric.</param>
internal sealed class UnrollRegularizer(
    Regularizer? regularizer, double? weight, int unroll, int unrollCount, int drawn, RandomStreams streams)
{
    // With a weight of 0 nothing is measured, so that the run is the unregularized one to the last bit.
    private readonly Regularizer? _regularizer = weight is null or > 0 ? regularizer : null;
    private readonly double _weight = weight ?? 1;
    private readonly bool _isApplied = weight is not null;

    private readonly List<Pending<double>> _values = [];
    private readonly List<Pending<double>> _ownNorms = [];
    private readonly List<Pending<double>> _lossNorms = [];

    internal static UnrollRegularizer None => new(null, weight: 0, 0, 1, 0, default);

    /// <summary>Whether it joins the meta-objective in this unroll, whose loss's own gradients then count.</summary>
    internal bool IsInMetaObjective => _regularizer is { Options: { Target: RegularizerTarget.Optimizer } options }
        && RegularizerSchedule.Includes(options, unroll, unrollCount);

    /// <summary>What the ledger is made of, in the scope of the unroll.</summary>
    internal IEnumerable<IPending> Numbers => [.. _values, .. _ownNorms, .. _lossNorms];

    /// <summary>What the regularizer has done so far.</summary>
    internal RegularizerLedger Ledger()
    {
        var (points, own, loss) = (_values.Count, Sum(_ownNorms), Sum(_lossNorms));
        return (points, _isApplied) switch
        {
            (0, _) => new(null, null),
            (_, true) => new(Sum(_values) / points, own / Math.Max(own + loss, double.Epsilon)),
            _ => new(Sum(_values) / points, Share: null, loss / own),
        };
    }

    /// <summary>What the meta-objective's gradient at theta[t] gains; null where nothing.</summary>
    /// <param name="point">Where.</param>
    /// <param name="t">Point of the unroll, 1 to its length.</param>
    /// <param name="length">Steps in the unroll.</param>
    /// <param name="memory">Of the step before; replaced.</param>
    internal Tensor? OfMetaObjective(RegularizedPoint point, int t, int length, ref Tensor? memory)
    {
        if (!IsInMetaObjective || _regularizer is not { } regularizer)
        {
            return null;
        }

        var weight = RegularizerSchedule.WeightAt(regularizer.Options, _weight, unroll, unrollCount, t, length);
        return weight > 0 ? Weighted(regularizer, point, weight, ref memory) : null;
    }

    /// <summary>Counts the loss's own gradient at a point where the regularizer is looked at: [N], with its factor.</summary>
    internal void CountLossGradient(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        _lossNorms.Add(Pending.Of(gradient.norm()).MoveToOuterDisposeScope());
    }

    /// <summary>The metric at theta[t] and its factor in the meta-objective, without a gradient; null where it has no part.</summary>
    /// <param name="point">Where.</param>
    /// <param name="t">Point of the unroll, 1 to its length.</param>
    /// <param name="length">Steps in the unroll.</param>
    /// <param name="memory">Of the step before; replaced.</param>
    internal (Pending<double> Value, double Weight)? InMetaObjective(
        RegularizedPoint point, int t, int length, ref Tensor? memory)
    {
        if (_regularizer is not { Options: { Target: RegularizerTarget.Optimizer } options } regularizer
            || RegularizerSchedule.WeightAt(options, _weight, unroll, unrollCount, t, length) is not (> 0 and var weight))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var estimate = regularizer.Metric.Measure(Look(regularizer, point), memory);
        memory = estimate.Memory?.MoveToOuterDisposeScope();
        return (estimate.Number.MoveToOuterDisposeScope().Select(number => number.Value), weight);
    }

    /// <summary>What the gradient that the learned optimizer sees gains; null where nothing.</summary>
    /// <param name="point">Where.</param>
    /// <param name="lossGradient">The loss's own gradient there [N].</param>
    /// <param name="memory">Of the step before; replaced.</param>
    internal Tensor? OfOptimizee(RegularizedPoint point, Tensor lossGradient, ref Tensor? memory)
    {
        if (_regularizer is not { Options.Target: RegularizerTarget.Optimizee } regularizer)
        {
            return null;
        }

        CountLossGradient(lossGradient);
        return Weighted(regularizer, point, _weight, ref memory);
    }

    private static double Sum(List<Pending<double>> numbers) => numbers.Sum(number => number.Value);

    // The metric sees the loss itself, whatever disturbs the gradients that the learned optimizer sees.
    private FlatnessPoint Look(Regularizer regularizer, RegularizedPoint point)
    {
        Func<long, long, ILoss> minibatch = point.Episode.UndisturbedMinibatch;
        var count = regularizer.Options.Minibatches;
        ILoss Loss(long draw) => count > 0
            ? MeanLoss.Apart(minibatch, point.Step, count, drawn + (draw * count))
            : minibatch(point.Step, draw);
        return new(Loss(draw: 0), Loss, point.Theta.detach(), point.Step, streams);
    }

    private Tensor? Weighted(Regularizer regularizer, RegularizedPoint point, double weight, ref Tensor? memory)
    {
        using var scope = NewDisposeScope();
        var (estimate, gradient) = regularizer.Metric.MeasureWithGradient(Look(regularizer, point), memory);
        memory = estimate.Memory?.MoveToOuterDisposeScope();
        var weighted = gradient.mul(weight);
        _values.Add(estimate.Number.MoveToOuterDisposeScope().Select(number => number.Value));
        _ownNorms.Add(Pending.Of(weighted.norm()).MoveToOuterDisposeScope());
        return _isApplied ? weighted.MoveToOuterDisposeScope() : null;
    }
}

/// <summary>A place along an episode.</summary>
/// <param name="Episode">What is optimized.</param>
/// <param name="Theta">[N].</param>
/// <param name="Step">Optimizee steps made so far.</param>
internal readonly record struct RegularizedPoint(IEpisode Episode, Tensor Theta, long Step);
