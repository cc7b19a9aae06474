namespace L2O.Data;

/// <summary>The parts of a data set. They never overlap.</summary>
public enum Split
{
    /// <summary>What optimizees are trained on.</summary>
    Train,

    /// <summary>What checkpoints and learning rates are chosen by.</summary>
    Validation,

    /// <summary>What results are reported on; never used to choose anything.</summary>
    Test,
}
