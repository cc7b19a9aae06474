namespace L2O.MetaTraining;

/// <summary>What follows from a validation's score: where the curriculum goes on, and what later states may go back to.</summary>
/// <param name="options">Curriculum, and what divergence leads to.</param>
internal sealed class StageControl(MetaOptions options)
{
    /// <summary>A stage at its start: what later validations of it have to beat.</summary>
    /// <param name="state">As validated over the stage's length.</param>
    /// <param name="score">Lower is better.</param>
    internal MetaTrainingState BeginStage(MetaTrainingState state, double score) => KeepRollbackPoint(KeepStageBest(state with
    {
        Curriculum = Curriculum.BeginStage(state.Curriculum, score),
        ValidatedIteration = state.Iteration,
    }));

    /// <summary>The state after a validation inside a stage. Where the next stage opens, it is still to be begun.</summary>
    /// <param name="state">As validated; left as it was.</param>
    /// <param name="score">Lower is better.</param>
    internal (MetaTrainingState State, CurriculumDecision Decision) Decide(MetaTrainingState state, double score)
    {
        var (curriculum, decision) = Curriculum.Decide(state.Curriculum, score, options.Curriculum);
        var next = state with
        {
            Curriculum = curriculum,
            ValidatedIteration = state.Iteration,
            HasEnded = decision == CurriculumDecision.Stop,
        };
        next = decision switch
        {
            CurriculumDecision.Save => KeepStageBest(next),
            CurriculumDecision.Advance => RestoreStageBest(next),
            _ => next,
        };
        return (double.IsFinite(score) ? KeepRollbackPoint(next) : next, decision);
    }

    // Validations come at set iterations and each is saved: the last of them is the same whenever a run is resumed.
    private MetaTrainingState KeepRollbackPoint(MetaTrainingState state) => options.OnDivergence == DivergencePolicy.Rollback
        ? state with
        {
            RollbackPoint = new RollbackPoint(state.Phi, state.MetaOptimizer, state.TeacherMoments)
                .Map(tensor => tensor.alias()),
        }
        : state;

    private MetaTrainingState KeepStageBest(MetaTrainingState state) => options.Curriculum is null
        ? state
        : state with
        {
            StageBest = new(state.Phi.alias(), state.MetaOptimizer.Map(tensor => tensor.alias())),
        };

    private MetaTrainingState RestoreStageBest(MetaTrainingState state) => state.StageBest is { } best
        ? state with
        {
            Phi = best.Phi.alias(),
            MetaOptimizer = options.Curriculum is { RestoreMetaOptimizer: true }
                ? best.MetaOptimizer.Map(tensor => tensor.alias())
                : state.MetaOptimizer,
        }
        : state;
}
