using L2O.Configs;

namespace L2O.Reports.Sources;

/// <summary>Optimizee steps of the longest meta-iterations that an optimizer was trained on.</summary>
internal static class MetaHorizon
{
    /// <summary>From the config of a training; null where that does not say.</summary>
    internal static int? Of(RunConfig training) => training.Node("meta", "random_unroll") is not null
        ? training.Whole("meta", "random_unroll", "most_unrolls") * training.Whole("meta", "random_unroll", "most_length")
        : Stages(training) is { Length: > 0 } stages ? stages.Max() : training.Whole("meta", "steps");

    private static int[] Stages(RunConfig training) => training.Node("meta", "curriculum", "stages") is SequenceNode stages
        ? [.. stages.Items.OfType<ScalarNode>().Select(stage => int.TryParse(stage.Text, out var steps) ? steps : 0)]
        : [];
}
