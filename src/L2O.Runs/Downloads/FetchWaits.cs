namespace L2O.Downloads;

/// <summary>How patient downloads are.</summary>
/// <param name="Stall">How long a mirror may send nothing before the next one is tried.</param>
/// <param name="Pause">After the first round through mirrors that all failed; twice as long after the second.</param>
public sealed record FetchWaits(TimeSpan Stall, TimeSpan Pause);
