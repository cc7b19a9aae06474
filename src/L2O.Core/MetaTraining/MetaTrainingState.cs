using L2O.Optimizers;
using static TorchSharp.torch;

namespace L2O.MetaTraining;

/// <summary>
/// Meta-training between two unrolls: values only, so that a run that continues from them is the run that was never
/// interrupted.
/// </summary>
/// <param name="Phi">[P], the learned optimizer's parameters.</param>
/// <param name="MetaOptimizer">State of the rule that trains phi.</param>
public sealed record MetaTrainingState(Tensor Phi, RuleState MetaOptimizer)
{
    /// <summary>Meta-iterations completed.</summary>
    public long Iteration { get; init; }

    /// <summary>Unrolls completed in the current meta-iteration.</summary>
    public int Unroll { get; init; }

    /// <summary>Where the meta-iteration's optimizees are; empty between meta-iterations.</summary>
    public IReadOnlyList<EpisodeState> Episodes { get; init; } = [];

    /// <summary>Where tasks are that go on from one meta-iteration to the next; empty unless they are staggered.</summary>
    public IReadOnlyList<TaskSlot> Slots { get; init; } = [];

    /// <summary>Where the curriculum is; without one it has a single stage.</summary>
    public CurriculumState Curriculum { get; init; } = new();

    /// <summary>The best phi of the stage and its meta-optimizer's state; null before there is one to go back to.</summary>
    public StageBest? StageBest { get; init; }

    /// <summary>Whether the curriculum has ended meta-training.</summary>
    public bool HasEnded { get; init; }

    /// <summary>States of the rule that trains phi by imitation, one for each teacher with moments of its own.</summary>
    public IReadOnlyList<RuleState> TeacherMoments { get; init; } = [];

    /// <summary>Meta-iterations that imitated a teacher, completed or given up.</summary>
    public long ImitationCount { get; init; }

    /// <summary>What was measured to set the regularizer's weight from its share, and the weight once it is set.</summary>
    public RegularizerCalibration Regularizer { get; init; } = new([], Weight: null);

    /// <summary>Meta-updates left out so far because the meta-gradient was not finite.</summary>
    public long Skipped { get; init; }

    /// <summary>How many of them came one after the other, up to now.</summary>
    public int SkippedInARow { get; init; }

    /// <summary>Where a rollback goes: phi and what trains it at the last validation; null where nothing rolls back.</summary>
    public RollbackPoint? RollbackPoint { get; init; }

    /// <summary>Rollbacks so far.</summary>
    public long RollbackCount { get; init; }

    /// <summary>What rollbacks have multiplied the meta learning rate by.</summary>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>Meta-iterations completed at the last validation; -1 before the first.</summary>
    public long ValidatedIteration { get; init; } = -1;

    /// <summary>Every tensor in it, in a fixed order.</summary>
    public IReadOnlyList<Tensor> Tensors
    {
        get
        {
            List<Tensor> tensors = [];
            Map(tensor =>
            {
                tensors.Add(tensor);
                return tensor;
            });
            return tensors;
        }
    }

    /// <summary>The same state with every tensor replaced, visited in a fixed order.</summary>
    public MetaTrainingState Map(Func<Tensor, Tensor> replace) => this with
    {
        Phi = replace(Phi),
        MetaOptimizer = MetaOptimizer.Map(replace),
        Episodes = [.. Episodes.Select(episode => episode.Map(replace))],
        Slots = [.. Slots.Select(slot => slot.Map(replace))],
        StageBest = StageBest is { } best ? new(replace(best.Phi), best.MetaOptimizer.Map(replace)) : null,
        TeacherMoments = [.. TeacherMoments.Select(moments => moments.Map(replace))],
        RollbackPoint = RollbackPoint?.Map(replace),
    };
}

/// <summary>What a stage of the curriculum hands to the next.</summary>
/// <param name="Phi">[P].</param>
/// <param name="MetaOptimizer">As it was when phi was validated.</param>
public sealed record StageBest(Tensor Phi, RuleState MetaOptimizer);

/// <summary>What a rollback restores. Meta-iterations go on from where they are: their optimizees are new ones.</summary>
/// <param name="Phi">[P].</param>
/// <param name="MetaOptimizer">State of the rule that trains phi.</param>
/// <param name="TeacherMoments">Those for imitation.</param>
public sealed record RollbackPoint(Tensor Phi, RuleState MetaOptimizer, IReadOnlyList<RuleState> TeacherMoments)
{
    /// <summary>The same with every tensor replaced, visited in a fixed order.</summary>
    public RollbackPoint Map(Func<Tensor, Tensor> replace) => new(
        replace(Phi), MetaOptimizer.Map(replace), [.. TeacherMoments.Select(moments => moments.Map(replace))]);
}

/// <summary>One optimizee instance between two unrolls.</summary>
/// <param name="Reference">The loss at its start; 1 where no option looks at it.</param>
/// <param name="Runs">One run of the learned optimizer; for persistent evolution strategies the runs of each pair.</param>
/// <param name="Perturbations">All perturbations so far of each pair's first run, [P]; empty for the other estimators.</param>
public sealed record EpisodeState(
    double Reference, IReadOnlyList<UnrollState> Runs, IReadOnlyList<Tensor> Perturbations)
{
    /// <summary>The same state with every tensor replaced, visited in a fixed order.</summary>
    public EpisodeState Map(Func<Tensor, Tensor> replace) => new(
        Reference, [.. Runs.Select(run => run.Map(replace))], [.. Perturbations.Select(replace)]);
}

/// <summary>What one unroll did, a row of the run's table.</summary>
/// <param name="Iteration">Meta-iteration, from 0.</param>
/// <param name="Unroll">Within the meta-iteration, from 0.</param>
/// <param name="Optimizee">Name of the optimizee.</param>
/// <param name="MetaLoss">The objective, without regularizer; the imitation loss where a teacher is imitated.</param>
/// <param name="FinalLoss">Loss at the last theta.</param>
/// <param name="Regularizer">What the regularizer did.</param>
/// <param name="GradientNorm">2-norm of this optimizee's meta-gradient, before clipping.</param>
/// <param name="Skipped">Whether the meta-update was left out.</param>
/// <param name="Stage">Of the curriculum.</param>
/// <param name="Teacher">Who was imitated; null where nobody was.</param>
/// <param name="Rollbacks">How often phi has gone back so far, because of this unroll too.</param>
public sealed record UnrollReport(
    long Iteration,
    int Unroll,
    string Optimizee,
    double MetaLoss,
    double FinalLoss,
    RegularizerLedger Regularizer,
    double GradientNorm,
    bool Skipped,
    int Stage,
    string? Teacher,
    long Rollbacks);
