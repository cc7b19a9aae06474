namespace L2O.Evaluation;

/// <summary>How optimizers are evaluated.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Optimizee steps in each run.</summary>
    public required long Steps { get; init; }

    /// <summary>Steps between measurements on whole splits.</summary>
    public required long RecordEvery { get; init; }

    /// <summary>
    /// Training losses whose first crossing is reported, in steps and in seconds, as <see cref="TargetCrossing"/> has it.
    /// </summary>
    public required double[] Targets { get; init; }

    /// <summary>
    /// A minibatch loss this many times the first one (or 1, where that is larger), or one that is not finite, ends a run as
    /// diverged.
    /// </summary>
    public required double DivergedAbove { get; init; }
}
