using L2O.Flatness;
using L2O.Optimizees;
using L2O.Optimizers;
using L2O.Randomness;
using L2O.Runtime;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>One unroll of one optimizee instance.</summary>
/// <param name="Optimizee">Its name.</param>
/// <param name="MetaLoss">The objective, without regularizer.</param>
/// <param name="FinalLoss">The loss that the meta-loss looks at, at the last theta; a mean over runs.</param>
/// <param name="MetaGradient">[P].</param>
/// <param name="MetaGradientNorm">Its length.</param>
/// <param name="Regularizer">What the regularizer did.</param>
/// <param name="End">Where the next unroll starts.</param>
internal sealed record MetaTaskResult(
    string Optimizee,
    double MetaLoss,
    double FinalLoss,
    Tensor MetaGradient,
    double MetaGradientNorm,
    RegularizerLedger Regularizer,
    EpisodeState End)
{
    /// <summary>Whether phi can be updated by it.</summary>
    internal bool IsFinite => double.IsFinite(MetaLoss) && double.IsFinite(MetaGradientNorm);

    /// <summary>The same result with every tensor replaced.</summary>
    internal MetaTaskResult Map(Func<Tensor, Tensor> replace) =>
        this with { MetaGradient = replace(MetaGradient), End = End.Map(replace) };
}

/// <summary>Meta-gradients along one optimizee instance, whichever way they are estimated.</summary>
/// <param name="optimizer">What is trained.</param>
/// <param name="optimizees">The distribution that instances come from.</param>
/// <param name="regularizer">What prefers flat places; null for none.</param>
/// <param name="options">Meta-loss, estimator.</param>
/// <param name="streams">The run's random numbers.</param>
/// <param name="workers">Run perturbed unrolls side by side.</param>
internal sealed class MetaTask(
    ILearnedOptimizer optimizer,
    IReadOnlyList<WeightedOptimizee> optimizees,
    Regularizer? regularizer,
    MetaOptions options,
    RandomStreams streams,
    Workers workers)
{
    /// <summary>One unroll; its tensors belong to the caller's scope.</summary>
    /// <param name="instance">Which optimizee instance of the run.</param>
    /// <param name="iteration">Lengths of the unrolls.</param>
    /// <param name="unroll">Which of them.</param>
    /// <param name="teacher">Whom to imitate; null to lower the meta-loss.</param>
    /// <param name="phi">[P].</param>
    /// <param name="regularizerWeight">What the regularizer's metric is multiplied by; null to measure it alone.</param>
    /// <param name="start">From the unroll before; null for the instance's start.</param>
    /// <param name="cancel">Checked before every step.</param>
    internal MetaTaskResult Run(
        long instance,
        MetaIteration iteration,
        int unroll,
        Teacher? teacher,
        Tensor phi,
        double? regularizerWeight,
        EpisodeState? start,
        CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var entry = WeightedOptimizee.Sample(optimizees, streams.At("optimizee", instance));
        var at = streams.At("episode", instance);
        using var episode = new ChangedEpisode(
            entry.Optimizee.Start(at),
            (minibatch, _, _) =>
            {
                cancel.ThrowIfCancellationRequested();
                return minibatch;
            },
            isDisturbance: false);
        var step = start is { Runs: [{ Step: var reached }, ..] } ? reached : 0;
        var lossAt = LossAlong(episode, step);
        start ??= Begin(episode, lossAt?.Invoke(step), teacher, phi);
        var plan = new UnrollPlan(
            entry.Optimizee.Layout,
            episode,
            at.At("optimizer"),
            iteration.Lengths[unroll],
            new(options.Loss, start.Reference, options.NumeratorEpsilon, lossAt),
            new(
                regularizer,
                regularizerWeight,
                unroll,
                iteration.Lengths.Count,
                options.LossMinibatches,
                at.At("regularizer")));
        var result = teacher is not null || options.Estimator == MetaGradientEstimator.TruncatedBptt
            ? Differentiate(entry.Name, teacher, phi, plan, start)
            : Perturb(entry.Name, phi, plan, start, at.At("evolution", unroll), cancel);
        return result.Map(tensor => tensor.MoveToOuterDisposeScope());
    }

    /// <summary>An instance in the shapes that its first unroll leaves, with values that a checkpoint is to replace.</summary>
    internal EpisodeState Blank(long instance, Teacher? teacher, Tensor phi)
    {
        using var scope = NewDisposeScope();
        var entry = WeightedOptimizee.Sample(optimizees, streams.At("optimizee", instance));
        var at = streams.At("episode", instance);
        using var episode = entry.Optimizee.Start(at);
        var begun = Begin(episode, loss: null, teacher, phi);
        var theta = begun.Runs[0].Theta;
        // As unrolls make it: where the whole graph is kept there are no fused kernels, which have states of their own.
        IOptimizer rule = teacher is null && options.SecondDerivatives
            ? optimizer.At(phi.detach().requires_grad_())
            : optimizer.Record(phi);
        var state = rule.Init(entry.Optimizee.Layout, theta, at.At("optimizer")).Detached();
        var run = new UnrollState(
            0, theta, state, Memory: theta, Teacher: teacher?.Rule.Init(entry.Optimizee.Layout, theta, at.At("optimizer").At("teacher")));
        return (begun with { Runs = [.. begun.Runs.Select(_ => run)] })
            .Map(tensor => tensor.alias().MoveToOuterDisposeScope());
    }

    // What the meta-loss looks at from a step on; null for the minibatch that a step's gradient comes from.
    private Func<long, ILoss>? LossAlong(IEpisode episode, long start)
    {
        var isHeldOut = options.LossSplit == LossSplit.HeldOut;
        Func<long, long, ILoss> minibatch = isHeldOut ? episode.HeldOutMinibatch : episode.UndisturbedMinibatch;
        if (options.LossMinibatches == 0)
        {
            return isHeldOut ? step => minibatch(step, 0) : null;
        }

        var loss = MeanLoss.Apart(minibatch, start, options.LossMinibatches);
        return _ => loss;
    }

    private EpisodeState Begin(IEpisode episode, ILoss? loss, Teacher? teacher, Tensor phi)
    {
        var theta = episode.InitialTheta();
        var isReferenceNeeded = options.Loss == MetaLossForm.Log || options.EndAbove > 0;
        var reference = isReferenceNeeded
            ? ScalarTensor.Value((loss ?? episode.Minibatch(step: 0, draw: 0)).At(theta))
            : 1;
        var run = new UnrollState(0, theta, Optimizer: null);
        return teacher is null && options.Estimator == MetaGradientEstimator.Pes
            ? Of(reference, PersistentEvolutionStrategies.Start(phi, run, options.Evolution))
            : new(reference, [run], []);
    }

    private MetaTaskResult Differentiate(string name, Teacher? teacher, Tensor phi, UnrollPlan plan, EpisodeState start)
    {
        var run = start.Runs[0];
        var result = teacher is not null
            ? Imitation.ByCotangents(optimizer, phi, teacher.Rule, options.Imitation?.TeacherSteps ?? 1, plan, run)
            : options.SecondDerivatives
                ? Unroll.ByWholeGraph(optimizer, phi, plan, run)
                : Unroll.ByCotangents(optimizer, phi, plan, run);
        return new(
            name,
            result.MetaLoss,
            result.FinalLoss,
            result.MetaGradient,
            result.MetaGradientNorm,
            result.Regularizer,
            new(start.Reference, [result.End], []));
    }

    private MetaTaskResult Perturb(
        string name, Tensor phi, UnrollPlan plan, EpisodeState start, RandomStreams at, CancellationToken cancel)
    {
        var run = ForwardUnroll.Of(optimizer, plan, workers, cancel);
        if (options.Estimator == MetaGradientEstimator.Pes)
        {
            var persistent = PersistentEvolutionStrategies.Estimate(run, phi, PairsOf(start), options.Evolution, at);
            return Of(name, persistent.MetaGradient, persistent.Score, Of(start.Reference, persistent.End));
        }

        var result = EvolutionStrategies.Estimate(run, phi, start.Runs[0], options.Evolution, at);
        return Of(name, result.MetaGradient, result.Score, new(start.Reference, [result.End], []));
    }

    private static MetaTaskResult Of(string name, Tensor metaGradient, UnrollScore score, EpisodeState end) => new(
        name,
        score.MetaLoss,
        score.FinalLoss,
        metaGradient,
        ScalarTensor.Value(metaGradient.norm()),
        new(score.RegularizerValue, Share: null),
        end);

    private static PersistentPair<UnrollState>[] PairsOf(EpisodeState state) =>
    [
        .. state.Perturbations.Select(
            (sum, i) => new PersistentPair<UnrollState>(sum, state.Runs[2 * i], state.Runs[(2 * i) + 1])),
    ];

    private static EpisodeState Of(double reference, IReadOnlyList<PersistentPair<UnrollState>> pairs) => new(
        reference,
        [.. pairs.SelectMany(pair => new[] { pair.Plus, pair.Minus })],
        [.. pairs.Select(pair => pair.Accumulated)]);
}
