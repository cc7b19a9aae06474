using L2O.Reports.Documents;

namespace L2O.Reports.Sections;

/// <summary>How far the intervals of a page can be trusted.</summary>
internal static class IntervalsSection
{
    // From the table under "Intervals" in src/README.md, of evaluation seeds without effects of their own and with large ones.
    private static readonly IReadOnlyList<IReadOnlyList<string>> _coverage =
    [
        ["normal", "3", "95.3 and 96.4", "95.5 and 95.3"],
        ["normal", "5", "95.0 and 95.2", "95.4 and 95.9"],
        ["normal", "8", "95.9 and 94.7", "96.2 and 96.0"],
        ["normal", "12", "95.9 and 93.8", "96.0 and 96.5"],
        ["skewed", "3", "91.8 and 87.1", "98.4 and 98.5"],
        ["skewed", "5", "89.8 and 87.0", "98.6 and 97.8"],
        ["skewed", "8", "90.0 and 84.4", "97.0 and 97.1"],
        ["skewed", "12", "89.6 and 83.1", "97.0 and 97.0"],
    ];

    /// <summary>Has nothing to say where nothing has an interval.</summary>
    internal static Section Of(Material material) => new(
        "intervals",
        "How far the intervals can be trusted",
        material.Evaluations.Count + material.Analyses.Count == 0 ? [] : [.. Blocks(material.Study.Sweeps.Count > 0)]);

    private static IEnumerable<Block> Blocks(bool hasArms)
    {
        yield return new Paragraph(
            "An interval says where the mean over other seeds would be, with 95% confidence, for these optimizees and this program. Means of "
            + "fewer than three seeds have none: then the least and the greatest value stand in its place. It is Student's interval, and "
            + "takes what varies from seed to seed for roughly normal: with few seeds, and losses of which a few are far above the rest, the "
            + "mean of an optimizer is covered too rarely. Where optimizers are compared, look at differences under the same seed: "
            + "what a seed does to all of them drops out. Nothing here allows for the number of comparisons that are looked at.");
        yield return new Paragraph(
            (hasArms ? "Trainings that differ in their seed alone are one arm. " : "")
            + "Meta-seeds and evaluation seeds are crossed, and the interval of an arm allows for both. In 2,000 simulated studies with 5 "
            + "evaluation seeds the 95% interval had the truth in it, in percent, as follows; of two numbers the first is without effects of the "
            + "evaluation seeds on all optimizers, the second with large ones. Skewed effects are lognormal, with skewness 6.");
        yield return new TableBlock(
            "How often a 95% interval covers, in percent: of an arm's mean, and of its difference to a reference arm.",
            ["effects", "meta-seeds", "mean", "difference"],
            _coverage);
    }
}
