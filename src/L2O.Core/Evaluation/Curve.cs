using L2O.Optimizees;

namespace L2O.Evaluation;

/// <summary>A run at one step: the loss on the step's minibatch, and measurements on the splits.</summary>
/// <param name="Step">Steps made before.</param>
/// <param name="BatchLoss">On the minibatch of the step about to be made.</param>
/// <param name="Train">On the measured part of Train.</param>
/// <param name="Validation">On Validation, which choices are made by.</param>
/// <param name="Test">On Test, which is only reported.</param>
/// <param name="Seconds">Spent optimizing so far, without measurements.</param>
public sealed record CurvePoint(
    long Step, double BatchLoss, Measurement Train, Measurement Validation, Measurement Test, double Seconds);

/// <summary>When a run first reached a training loss.</summary>
/// <param name="Target">The loss to reach.</param>
/// <param name="Step">The first at which the mean of the last 20 minibatch losses, its own included, was at the target or below.</param>
/// <param name="Seconds">Spent optimizing until then.</param>
public sealed record TargetCrossing(double Target, long Step, double Seconds);

/// <summary>One optimizer on one optimizee from one start.</summary>
/// <param name="Points">In order of their steps; a diverged run's last point is where it was given up.</param>
/// <param name="MeanTrainLoss">
/// Mean of the minibatch losses at every step, recorded or not, from the start to the last point; infinite where one is not
/// finite.
/// </param>
/// <param name="Crossings">Of the targets that were reached; none before the twentieth loss, so that none is by luck.</param>
/// <param name="IsDiverged">Whether the run ended before its last step.</param>
public sealed record Curve(
    IReadOnlyList<CurvePoint> Points, double MeanTrainLoss, IReadOnlyList<TargetCrossing> Crossings, bool IsDiverged)
{
    /// <summary>The last point.</summary>
    public CurvePoint Last => Points[^1];
}
