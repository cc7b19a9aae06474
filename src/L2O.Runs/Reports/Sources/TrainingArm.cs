namespace L2O.Reports.Sources;

/// <summary>Trainings that differ in their seed alone.</summary>
/// <param name="Name">Of the arm, of the config, or of the run where several have one config's name.</param>
/// <param name="Runs">One for each meta-seed.</param>
internal sealed record TrainingArm(string Name, IReadOnlyList<ReportedRun> Runs)
{
    /// <summary>What the config says but for the seed.</summary>
    internal string Content { get; } = Runs[0].Config.Without("seed");

    /// <summary>All trainings of a study.</summary>
    internal static IReadOnlyList<TrainingArm> Of(Study study)
    {
        // A run that has no config yet is like no other.
        TrainingArm[] alone =
        [
            .. study.Trainings.Where(run => run.Place is null).GroupBy(run => run.Config.Root is null ? run.Directory : run.Config.Without("seed"))
                .Select(runs => new TrainingArm(runs.First().Info.Name, [.. runs])),
        ];
        return
        [
            .. study.Sweeps.SelectMany(sweep => sweep.Runs.Where(run => run.Is("train")).GroupBy(run => run.Place?.Arm ?? run.Info.Name)
                .Select(runs => new TrainingArm(runs.Key, [.. runs]))),
            .. alone.Select(arm => alone.Count(other => other.Name == arm.Name) == 1
                ? arm
                : arm with { Name = $"{arm.Name} ({arm.Runs[0].Label})" }),
        ];
    }
}
