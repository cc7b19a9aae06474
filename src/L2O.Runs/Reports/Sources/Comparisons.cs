using L2O.Configs;

namespace L2O.Reports.Sources;

/// <summary>Which runs and optimizers belong side by side.</summary>
internal static class Comparisons
{
    // More lines in one picture cannot be told apart.
    private const int MostSideBySide = 10;

    /// <summary>All of a kind: of every sweep by config, of other runs by what they compare on.</summary>
    /// <param name="study">Has the runs.</param>
    /// <param name="arms">Its trainings.</param>
    /// <param name="kind">evaluate or analyze.</param>
    internal static IReadOnlyList<Comparison> Of(Study study, IReadOnlyList<TrainingArm> arms, string kind) =>
    [
        .. study.Sweeps.SelectMany(sweep => sweep.Runs.Where(run => run.Is(kind))
            .GroupBy(run => run.Place?.Config ?? run.Info.Name)
            .Select(runs => new Comparison(kind, runs.Key, InOrder(sweep, runs.SelectMany(run => OfSweep(study, run)))))),
        .. study.Runs.Where(run => run.Place is null && run.Is(kind)).GroupBy(run => run.Config.Without("optimizers", "seed"))
            .Select(runs => new Comparison(kind, runs.First().Info.Name, Named([.. runs.SelectMany(run => Alone(study, run))], arms))),
    ];

    // The arms first, as the sweep has them.
    private static IReadOnlyList<Entrant> InOrder(ReportedSweep sweep, IEnumerable<Entrant> entrants)
    {
        string[] arms = [.. sweep.Index.Arms()];
        return
        [
            .. entrants.DistinctBy(entrant => (entrant.Name, entrant.MetaSeed))
                .OrderBy(entrant => entrant.Run.Place?.Arm is { } arm ? Array.IndexOf(arms, arm) : arms.Length),
        ];
    }

    private static IEnumerable<Entrant> OfSweep(Study study, ReportedRun run) => Alone(study, run).Select(found =>
        found.Entrant with { Name = run.Place?.Arm ?? found.Entrant.Name, MetaSeed = run.Place?.MetaSeed });

    // A run's optimizers, each with all that decides its rows.
    private static IEnumerable<(Entrant Entrant, string Identity)> Alone(Study study, ReportedRun run) =>
        run.Config.Entries("optimizers").Select(entry =>
        {
            var kind = Word(entry, "kind") ?? (entry.Child("choice")?.Child("0") is { } first ? Word(first, "kind") : null);
            var path = Word(entry, "path");
            var name = Word(entry, "name") ?? kind ?? "";
            var content = path is not null && run.Info.Checkpoints.TryGetValue(path, out var sha256) ? sha256 : ConfigWriter.OneLine(entry);
            return (
                new Entrant(name, MetaSeed: null, run, name, path is null ? null : study.TrainingOf(path), kind ?? ""),
                $"{name}\n{content}\n{run.Info.Seed}");
        });

    // Optimizers of several runs that are the same are one. Those that share a name alone are called by their runs too.
    private static IReadOnlyList<Entrant> Named(
        IReadOnlyList<(Entrant Entrant, string Identity)> all, IReadOnlyList<TrainingArm> arms)
    {
        Entrant[] distinct = [.. all.DistinctBy(found => found.Identity).Select(found => found.Entrant)];
        return distinct.Length > MostSideBySide
            ? Together(distinct, arms)
            : [
                .. distinct.GroupBy(entrant => entrant.Name).SelectMany(same => same.Count() == 1
                    ? same
                    : same.Select(entrant => entrant with { Name = $"{entrant.Name} ({entrant.Run.Label})" })),
            ];
    }

    // Where there would be too many, those of trainings that differ in their seed alone are an arm, and those of one name are one.
    private static IReadOnlyList<Entrant> Together(Entrant[] entrants, IReadOnlyList<TrainingArm> arms) =>
    [
        .. entrants.GroupBy(entrant => ArmOf(entrant, arms) ?? entrant.Name).SelectMany(same => same.Count() == 1
            ? same
            : same.Select((entrant, i) => entrant with { Name = same.Key, MetaSeed = i })),
    ];

    private static string? ArmOf(Entrant entrant, IReadOnlyList<TrainingArm> arms)
    {
        if (entrant.Training is not { } training)
        {
            return null;
        }

        var content = training.Without("seed");
        return arms.FirstOrDefault(arm => arm.Content == content)?.Name ?? training.Word("name");
    }

    private static string? Word(ConfigNode entry, string key) => entry.Child(key) is ScalarNode { IsNull: false } scalar ? scalar.Text : null;
}
