using L2O.Data;
using L2O.Evaluation;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>Meta-trains a learned optimizer: one call of <see cref="Advance"/> is one unroll and one update of phi.</summary>
/// <param name="optimizer">What is trained.</param>
/// <param name="metaOptimizer">What turns meta-gradients into updates of phi.</param>
/// <param name="optimizees">The distribution of optimizees.</param>
/// <param name="regularizer">What prefers flat places; null for none.</param>
/// <param name="options">Lengths, meta-loss, clipping.</param>
/// <param name="streams">The run's random numbers.</param>
/// <param name="placement">Where phi is.</param>
public sealed class MetaTrainer(
    ILearnedOptimizer optimizer,
    IOptimizer metaOptimizer,
    IReadOnlyList<WeightedOptimizee> optimizees,
    Regularizer? regularizer,
    MetaOptions options,
    RandomStreams streams,
    Placement placement)
{
    /// <summary>Unrolls in a meta-iteration; steps that do not fill an unroll are left out.</summary>
    public int UnrollCount => options.Steps / options.Unroll;

    /// <summary>Meta-training before its first unroll; its tensors belong to the caller's scope.</summary>
    public MetaTrainingState Start()
    {
        using var scope = NewDisposeScope();
        var phi = placement.Place(optimizer.InitialPhi(streams.At("phi"))).MoveToOuterDisposeScope();
        var state = metaOptimizer.Init(optimizer.PhiLayout, phi, streams.At("meta_optimizer"));
        return new(phi, state.Map(tensor => tensor.MoveToOuterDisposeScope()));
    }

    /// <summary>The parameters phi.</summary>
    public ParameterLayout PhiLayout => optimizer.PhiLayout;

    /// <summary>Theta and the optimizer's state at the start of a meta-iteration, in the caller's scope.</summary>
    public (Tensor Theta, OptimizerState State) StartEpisode(long iteration)
    {
        using var scope = NewDisposeScope();
        var entry = WeightedOptimizee.Draw(optimizees, streams.At("optimizee", iteration));
        var at = streams.At("episode", iteration);
        using var episode = entry.Optimizee.Start(at);
        var theta = episode.InitialTheta().MoveToOuterDisposeScope();
        var state = optimizer.Record(Start().Phi).Init(entry.Optimizee.Layout, theta, at.At("optimizer"));
        return (theta, state.Map(tensor => tensor.detach().MoveToOuterDisposeScope()));
    }

    /// <summary>One unroll, and the update of phi that follows from it.</summary>
    /// <param name="state">From <see cref="Start"/> or the previous call; left as it was.</param>
    /// <returns>The next state, its tensors in the caller's scope, and what happened.</returns>
    public (MetaTrainingState State, UnrollReport Report) Advance(MetaTrainingState state)
    {
        using var scope = NewDisposeScope();
        var entry = WeightedOptimizee.Draw(optimizees, streams.At("optimizee", state.Iteration));
        var episodeStreams = streams.At("episode", state.Iteration);
        using var episode = entry.Optimizee.Start(episodeStreams);
        if (state.Episode is null)
        {
            state = Begin(state, episode.InitialTheta(), episode);
        }

        var plan = new UnrollPlan(
            entry.Optimizee.Layout,
            episode,
            episodeStreams.At("optimizer"),
            options.Unroll,
            options.Loss,
            state.Reference,
            new(regularizer, state.Unroll, UnrollCount, episodeStreams.At("regularizer")));
        var unroll = options.SecondDerivatives
            ? Unroll.ByWholeGraph(optimizer, state.Phi, plan, state.Episode!)
            : Unroll.ByCotangents(optimizer, state.Phi, plan, state.Episode!);

        var norm = ScalarTensor.Value(unroll.MetaGradient.norm());
        var skipped = !double.IsFinite(norm) || !double.IsFinite(unroll.MetaLoss);
        var report = new UnrollReport(
            state.Iteration, state.Unroll, entry.Name, unroll.MetaLoss, unroll.FinalLoss, unroll.Regularizer, norm,
            skipped);
        var next = skipped ? Skip(state) : Carry(Update(state, unroll.MetaGradient), unroll.End);
        return (next.Map(tensor => tensor.MoveToOuterDisposeScope()), report);
    }

    /// <summary>How well phi does from fixed starts on fixed minibatches; nothing is learned.</summary>
    /// <param name="phi">[P].</param>
    /// <param name="episodes">Episodes for each optimizee.</param>
    /// <param name="cancel">Looked at before every step.</param>
    /// <returns>One score for each optimizee.</returns>
    public IReadOnlyList<ValidationScore> Validate(Tensor phi, int episodes, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        var rule = optimizer.At(phi.detach());
        return
        [
            .. optimizees.Select(entry =>
            {
                double initial = 0, final = 0;
                for (var i = 0; i < episodes; i++)
                {
                    var (first, last) = ValidationEpisode(entry, rule, streams.At("validation", i), cancel);
                    initial += first / episodes;
                    final += last / episodes;
                }

                return new ValidationScore(entry.Name, final, initial);
            }),
        ];
    }

    private (double Initial, double Final) ValidationEpisode(
        WeightedOptimizee entry, IOptimizer rule, RandomStreams at, CancellationToken cancel)
    {
        using var scope = NewDisposeScope();
        using var episode = entry.Optimizee.Start(at);
        double initial = 0;
        var theta = Rollout.Run(
            rule,
            entry.Optimizee.Layout,
            episode,
            at.At("optimizer"),
            UnrollCount * options.Unroll,
            point =>
            {
                cancel.ThrowIfCancellationRequested();
                if (point.Step == 0)
                {
                    initial = episode.Measure(point.Theta, Split.Validation).Loss;
                }

                return true;
            });
        return (initial, episode.Measure(theta, Split.Validation).Loss);
    }

    private MetaTrainingState Begin(MetaTrainingState state, Tensor theta, Optimizees.IEpisode episode) => state with
    {
        Episode = new(0, theta, Optimizer: null),
        Reference = options.Loss == MetaLossForm.Log
            ? ScalarTensor.Value(episode.Minibatch(step: 0, draw: 0).At(theta))
            : 1,
    };

    private MetaTrainingState Update(MetaTrainingState state, Tensor metaGradient)
    {
        var (update, metaState) =
            metaOptimizer.Step(new ConstantGradient(Clip(metaGradient)), state.Phi, state.MetaOptimizer);
        return state with { Phi = state.Phi + update, MetaOptimizer = metaState, SkippedInARow = 0 };
    }

    private Tensor Clip(Tensor metaGradient)
    {
        var cut = options.ClipValue > 0
            ? metaGradient.clamp(-options.ClipValue, options.ClipValue)
            : metaGradient;
        return options.ClipNorm > 0 && ScalarTensor.Value(cut.norm()) is var norm && norm > options.ClipNorm
            ? cut * (options.ClipNorm / norm)
            : cut;
    }

    private MetaTrainingState Carry(MetaTrainingState state, UnrollState end) => state.Unroll + 1 < UnrollCount
        ? state with { Unroll = state.Unroll + 1, Episode = end }
        : state with { Iteration = state.Iteration + 1, Unroll = 0, Episode = null };

    // An instance on which numbers left their range is given up: the next one starts afresh.
    private static MetaTrainingState Skip(MetaTrainingState state) => state with
    {
        Phi = state.Phi.alias(),
        MetaOptimizer = state.MetaOptimizer.Map(tensor => tensor.alias()),
        Iteration = state.Iteration + 1,
        Unroll = 0,
        Episode = null,
        Skipped = state.Skipped + 1,
        SkippedInARow = state.SkippedInARow + 1,
    };
}
