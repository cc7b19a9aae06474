namespace L2O.Data;

/// <summary>The parts of a data set. They never overlap.</summary>
public enum Split
{
    /// <summary>What optimizees are trained on.</summary>
    Train,

    /// <summary>Used to choose checkpoints and learning rates.</summary>
    Validation,

    /// <summary>Used to report results, never to choose anything.</summary>
    Test,
}
