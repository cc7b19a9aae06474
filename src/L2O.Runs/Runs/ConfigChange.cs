namespace L2O.Runs;

/// <summary>What it means for a run that is under way that its config is another now.</summary>
/// <param name="IsExtension">Whether all that was done under the old config is what the new one would have done.</param>
/// <param name="Reason">Why it is not, where that is not plain to see; else null.</param>
public sealed record ConfigChange(bool IsExtension, string? Reason = null)
{
    /// <summary>A change that makes another run.</summary>
    public static ConfigChange Other { get; } = new(IsExtension: false);

    /// <summary>A change that lets the run go on for longer, and no more.</summary>
    public static ConfigChange Extension { get; } = new(IsExtension: true);
}
