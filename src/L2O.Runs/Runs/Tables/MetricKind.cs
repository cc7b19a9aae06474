namespace L2O.Runs.Tables;

/// <summary>What the name of a metric tells of its numbers.</summary>
internal static class MetricKind
{
    /// <summary>Whether they are times, which no repetition has again.</summary>
    internal static bool IsTime(string metric) => metric.StartsWith("seconds", StringComparison.Ordinal);

    /// <summary>Whether they are losses, which grow without bound where a run diverges.</summary>
    internal static bool IsLoss(string metric) => metric.EndsWith("_loss", StringComparison.Ordinal);

    /// <summary>Whether they are differences, of which there are no ratios.</summary>
    internal static bool IsGap(string metric) => metric.EndsWith("_gap", StringComparison.Ordinal);
}
