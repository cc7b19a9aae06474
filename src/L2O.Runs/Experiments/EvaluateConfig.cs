using L2O.Options;

namespace L2O.Experiments;

/// <summary>One comparison by loss and accuracy along the way.</summary>
public sealed record EvaluateConfig : ComparisonConfig
{
    /// <summary>Steps between measurements on whole splits.</summary>
    public int RecordEvery { get; init; } = 100;

    /// <summary>
    /// Training losses whose first crossing is reported, in steps and in seconds: where the mean of the last 20 minibatch
    /// losses is at the target or below.
    /// </summary>
    public double[] Targets { get; init; } = [1, 0.5, 0.2, 0.1];

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
        [.. base.Problems(), .. Require.AtLeast("record_every", RecordEvery, 1)];
}
