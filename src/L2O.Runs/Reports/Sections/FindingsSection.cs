using L2O.Reports.Documents;

namespace L2O.Reports.Sections;

/// <summary>What was asked, and what came out, in sentences.</summary>
internal static class FindingsSection
{
    internal static Section Of(Material material)
    {
        Block[] blocks =
        [
            .. Part("Meta-training", material.Trainings.SelectMany(TrainingFindings.Of)),
            .. material.Evaluations.SelectMany(evaluation =>
                Part($"Evaluation: {evaluation.Name}", EvaluationFindings.Of(material.Study, evaluation))),
            .. material.Analyses.SelectMany(analysis => Part($"Flatness: {analysis.Name}", FlatnessFindings.Of(analysis))),
        ];
        return new("found", "What was asked and found", blocks);
    }

    private static IEnumerable<Block> Part(string title, IEnumerable<string> sentences)
    {
        string[] items = [.. sentences];
        return items.Length == 0 ? [] : [new Subtitle(title), new Bullets(items)];
    }
}
