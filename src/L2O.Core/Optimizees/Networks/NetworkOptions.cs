using L2O.Options;

namespace L2O.Optimizees.Networks;

/// <summary>Options that every network shares.</summary>
public abstract record NetworkOptions : OptimizeeOptions
{
    /// <summary>The data set, as `l2o list datasets` spells it.</summary>
    [OneOf(Family.Dataset)]
    public required string Data { get; init; }

    /// <summary>Examples in a minibatch.</summary>
    public int BatchSize { get; init; } = 128;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.AtLeast("batch_size", BatchSize, 1)];
}
