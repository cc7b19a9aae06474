using L2O.Evaluation;
using L2O.Options;

namespace L2O.Experiments;

/// <summary>One comparison by the flatness of the solutions that are reached.</summary>
public sealed record AnalyzeConfig : ComparisonConfig
{
    /// <summary>How flatness is estimated.</summary>
    public FlatnessOptions Flatness { get; init; } = new();

    /// <summary>Slices through the loss around each solution.</summary>
    public SliceOptions Slices { get; init; } = new();

    /// <summary>How often the cells are drawn anew for the intervals of correlations.</summary>
    public int Resamples { get; init; } = 1000;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.AtLeast("resamples", Resamples, 1)];
}
