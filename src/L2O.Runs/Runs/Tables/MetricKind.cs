using System.Text.RegularExpressions;

namespace L2O.Runs.Tables;

/// <summary>What the name of a metric tells of its numbers.</summary>
public static partial class MetricKind
{
    /// <summary>The name with TARGET in place of a training loss to reach: what metrics of several targets have in common.</summary>
    public static string WithoutTarget(string metric) => Target().Replace(metric, "train_loss_TARGET");

    /// <summary>Whether they are times, which no repetition has again.</summary>
    internal static bool IsTime(string metric) => metric.StartsWith("seconds", StringComparison.Ordinal);

    /// <summary>Whether they are losses, which grow without bound where a run diverges.</summary>
    internal static bool IsLoss(string metric) => Measured(metric).EndsWith("_loss", StringComparison.Ordinal);

    /// <summary>Whether they are differences, of which there are no ratios.</summary>
    internal static bool IsGap(string metric) => Measured(metric).EndsWith("_gap", StringComparison.Ordinal);

    // Without the step or the loss at which.
    private static string Measured(string metric) => metric.Split("_at_")[0];

    [GeneratedRegex(@"train_loss_[0-9][0-9.eE+-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Target();
}
