using L2O.Optimizees;

namespace L2O.Evaluation;

/// <summary>A run at one step: the loss on the step's minibatch, and measurements on the splits.</summary>
/// <param name="Step">Steps made before.</param>
/// <param name="BatchLoss">On the minibatch of the step about to be made.</param>
/// <param name="Train">On the measured part of Train.</param>
/// <param name="Validation">On Validation; what choices are made by.</param>
/// <param name="Test">On Test; only reported.</param>
/// <param name="Seconds">Spent optimizing so far, measurements left out.</param>
public sealed record CurvePoint(
    long Step, double BatchLoss, Measurement Train, Measurement Validation, Measurement Test, double Seconds);

/// <summary>One optimizer on one optimizee from one start.</summary>
/// <param name="Points">In order of their steps; a diverged run's last point is where it was given up.</param>
/// <param name="IsDiverged">Whether the run ended before its last step.</param>
public sealed record Curve(IReadOnlyList<CurvePoint> Points, bool IsDiverged)
{
    /// <summary>The last point.</summary>
    public CurvePoint Last => Points[^1];
}
