namespace L2O.Reports.Sources;

/// <summary>Trainings that differ in their seed alone.</summary>
/// <param name="Name">Of the arm, of the config, or of the run where several have one config's name.</param>
/// <param name="Runs">One for each meta-seed.</param>
internal sealed record TrainingArm(string Name, IReadOnlyList<ReportedRun> Runs)
{
    /// <summary>All trainings of a study.</summary>
    internal static IReadOnlyList<TrainingArm> Of(Study study)
    {
        TrainingArm[] alone =
        [
            .. study.Trainings.Where(run => run.Place is null).GroupBy(run => ConfigWithoutSeed(run))
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

    // A run that has no config yet is like no other.
    private static string ConfigWithoutSeed(ReportedRun run) => run.Config.Root is null
        ? run.Directory
        : string.Join('\n', run.Config.Values().Where(value => value.Key != "seed").Select(value => $"{value.Key}={value.Value}"));
}
