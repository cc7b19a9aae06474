using L2O.Configs;
using L2O.Evaluation;
using L2O.Flatness;
using L2O.Options;
using L2O.Registration;
using L2O.Runs.Tables;

namespace L2O.Experiments;

/// <summary>One comparison by the flatness of the solutions that are reached.</summary>
public sealed record AnalyzeConfig : ComparisonConfig
{
    /// <summary>Where flatness is measured, and how the spectral density is.</summary>
    public FlatnessOptions Flatness { get; init; } = new();

    /// <summary>What is measured: every metric there is; options that vary make several of one.</summary>
    [OneOf(Family.Metric)]
    public IReadOnlyList<Variants<IOptions>> Metrics { get; init; } =
    [
        .. Registry.Kinds(Family.Metric).Values
            .SelectMany(record => ((IMetricOptions)ConfigKey.Defaults(record)).ForAnalysis)
            .Select(options => new Variants<IOptions>(options)),
    ];

    /// <summary>Slices through the loss around each solution.</summary>
    public SliceOptions Slices { get; init; } = new();

    /// <summary>How often the cells are drawn anew for the intervals of correlations.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>What is measured, under names of their own.</summary>
    internal IReadOnlyList<NamedMetricOptions> NamedMetrics => MetricName.All(Metrics);

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.AtLeast("resamples", Resamples, 1), .. MetricName.Repeated(Metrics),
        .. Optimizees.SelectMany((entry, i) => Require.That(
            entry.Name != CorrelationRow.AllOptimizees,
            $"optimizees.{i}.name",
            "is all, which correlations call all optimizees together; choose another")),
    ];
}
