namespace L2O.MetaTraining;

/// <summary>What a validation found, and what follows from it.</summary>
/// <param name="State">Where meta-training goes on; its tensors belong to the caller's scope.</param>
/// <param name="Scores">One for each optimizee, of the state that was validated.</param>
/// <param name="Decision">What follows for the curriculum; the first validation of a run is its first best.</param>
/// <param name="OpeningScores">Where the next stage opens, those of its start, over its own length; null where none does.</param>
public sealed record ValidationResult(
    MetaTrainingState State,
    IReadOnlyList<ValidationScore> Scores,
    CurriculumDecision Decision,
    IReadOnlyList<ValidationScore>? OpeningScores);

/// <summary>How well phi does on one optimizee's Validation split.</summary>
/// <param name="Optimizee">Name of the optimizee.</param>
/// <param name="MeanFinalLoss">Mean over the episodes; not finite where one diverged.</param>
/// <param name="MeanInitialLoss">Mean over the same episodes before training.</param>
public sealed record ValidationScore(string Optimizee, double MeanFinalLoss, double MeanInitialLoss)
{
    /// <summary>
    /// What training changes the loss by, relative to the start: lower is better, whatever the sign and scale of the loss.
    /// </summary>
    public double Change => (MeanFinalLoss - MeanInitialLoss) / (MeanInitialLoss == 0 ? 1 : Math.Abs(MeanInitialLoss));
}
