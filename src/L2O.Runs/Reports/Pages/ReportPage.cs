using L2O.Errors;
using L2O.Reports.Documents;
using L2O.Reports.Sections;
using L2O.Reports.Sources;

namespace L2O.Reports.Pages;

/// <summary>Makes a page of a study.</summary>
internal static class ReportPage
{
    private static readonly string[] _kinds = ["train", "evaluate", "analyze"];

    /// <summary>The page, and the pictures that are in it.</summary>
    /// <param name="study">What it is of.</param>
    /// <param name="reloadSeconds">After which a browser looks again; null for a page that stays.</param>
    /// <param name="now">Said of a study that is at work.</param>
    /// <exception cref="CheckpointException">A table of the only run cannot be read.</exception>
    internal static (Page Page, IReadOnlyList<(string Name, Drawing Drawing)> Pictures) Of(
        Study study, int? reloadSeconds, DateTimeOffset now)
    {
        Material material = new(study);
        Section[] sections =
        [
            FindingsSection.Of(material),
            CurvesSection.Of(material),
            MetaTrainingSection.Of(material),
            ComparisonSection.Of(material),
            FlatnessSection.Of(material),
            ArmsSection.Of(material),
            IntervalsSection.Of(material),
            AgainSection.Of(material),
        ];
        string[] problems = [.. study.Runs.SelectMany(run => run.Problems).Distinct()];
        if (study.Runs.Count == 1 && problems.Length > 0)
        {
            throw new CheckpointException(problems[0]);
        }

        return (
            new(
                Title(study),
                [.. Opening(study, now), .. problems.Length == 0 ? [] : Problems(problems)],
                [.. sections.Where(section => section.Blocks.Count > 0)],
                reloadSeconds),
            material.Pictures);
    }

    private static string Title(Study study) => (study.Sweeps, study.Runs) switch
    {
        ([var sweep], _) when study.Runs.Count == sweep.Runs.Count => $"Sweep {sweep.Index.Name}",
        (_, [var run]) => $"{run.Info.Name}: {run.Info.Kind}",
        _ => $"{study.Runs.Count} runs: {Words.List([.. study.Runs.Select(run => run.Info.Name).Distinct().Take(4)])}",
    };

    private static IEnumerable<Block> Opening(Study study, DateTimeOffset now)
    {
        if (study.Runs.Count > 0)
        {
            yield return new Paragraph(
                $"Made from {Words.Count(study.Runs.Count, "run directory", "run directories")}: "
                + $"{Words.List([.. study.Runs.OrderBy(run => Array.IndexOf(_kinds, run.Info.Kind)).CountBy(run => (run.Info.Kind, State: StateWord.Of(run))).Select(runs => Counted(runs.Key.Kind, runs.Key.State, runs.Value))])}.");
        }

        foreach (var sweep in study.Sweeps.Where(sweep => sweep.Runs.Count < sweep.Index.Runs.Count))
        {
            yield return new Paragraph(
                $"Of the {Words.Count(sweep.Index.Runs.Count, "run")} of the sweep {sweep.Index.Name} {sweep.Index.Runs.Count - sweep.Runs.Count} "
                + "have not begun.");
        }

        if (study.IsAtWork)
        {
            yield return new Paragraph($"Work is going on. This is how it stood at {now.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.");
        }

        if (study.Runs.Count > 0 && study.Runs.All(run => !HasRows(run)))
        {
            yield return new Paragraph(
                study.Runs.Count == 1
                    ? "The run has no rows yet: there is nothing to show but what it was asked to do."
                    : "The runs have no rows yet: there is nothing to show but what they were asked to do.");
        }
    }

    private static string Counted(string kind, string state, int count) =>
        kind switch
        {
            "train" => Words.Count(count, "training"),
            "evaluate" => Words.Count(count, "evaluation"),
            "analyze" => Words.Count(count, "analysis", "analyses"),
            _ => $"{count} {kind}",
        }
        + (state == "done" ? "" : $" ({state})");

    private static bool HasRows(ReportedRun run) => Runs.Tables.RunTables.All.Any(table =>
        File.Exists(table.PathIn(run.Directory)) && File.ReadLines(table.PathIn(run.Directory)).Skip(1).Any());

    private static Block[] Problems(string[] problems) =>
        [new Paragraph("Some tables cannot be read, and are left out:"), new Bullets(problems)];
}
