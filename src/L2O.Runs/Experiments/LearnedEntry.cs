using L2O.Checkpoints;
using L2O.Options;

namespace L2O.Experiments;

/// <summary>A learned optimizer to meta-train, and where its parameters start.</summary>
public sealed record LearnedEntry : IOptions
{
    /// <summary>
    /// A checkpoint, a run of train, whose best counts, or `pretrained:NAME`: meta-training starts from its parameters. Drawn at random where absent.
    /// </summary>
    [FilePath(IsCheckpoint = true)]
    public string? From { get; init; }

    /// <summary>Its kind and options.</summary>
    [OneOf(Family.LearnedOptimizer)]
    [Inline]
    public required IOptions Options { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
        From is { } from && Pretrained.Problem(from) is { } problem ? [new("from", $"{from} {problem}")] : [];
}
