namespace L2O.Experiments;

/// <summary>Which parameters of a run are kept.</summary>
public enum SavedTheta
{
    /// <summary>None.</summary>
    None,

    /// <summary>Those before the first step.</summary>
    Start,

    /// <summary>Those after the last step; of a run that diverged the last ones before it was given up.</summary>
    End,

    /// <summary>Both.</summary>
    Both,
}
