using L2O.Configs;
using L2O.Registration;

namespace L2O.Experiments.Sweeps;

/// <summary>One training of a sweep.</summary>
/// <param name="Arm">Its arm's name.</param>
/// <param name="Config">Its config.</param>
/// <param name="File">The train config's file.</param>
/// <param name="Settings">KEY=VALUE each, what is changed in it.</param>
/// <param name="Values">The value of each axis, as written, by its key.</param>
internal sealed record SweepTraining(
    string Arm, TrainConfig Config, string File, IReadOnlyList<string> Settings, IReadOnlyDictionary<string, ConfigNode> Values)
{
    /// <summary>The name of its run, and of its optimizer in tables.</summary>
    internal string Name => $"{Arm}-s{Config.Seed}";
}

/// <summary>Makes the trainings of a sweep from its train configs and from what varies.</summary>
internal static class SweepTrainings
{
    /// <summary>All of them, bound and checked; where something is wrong a problem has been added.</summary>
    internal static IReadOnlyList<SweepTraining> Of(SweepConfig config, ConfigProblems problems)
    {
        var axes = SweepAxis.In(config, problems);
        MapEntry[] settings = [.. config.Set.Node.Entries.Where(entry => SweepAxis.IsKey(entry, "set", problems))];
        List<SweepTraining> trainings = [];
        foreach (var file in config.Train)
        {
            var source = ConfigSource.FromFile(SweepRuns.Shown(file), []);
            _ = ConfigCommands.Read<TrainConfig>(source);
            if (ConfigReader.Root(source, problems) is { } root)
            {
                trainings.AddRange(Combinations.Of(axes.Select(axis => axis.Values.Count))
                    .Select(at => Training(file, root, settings, Picks(axes, at), config.Train.Count > 1, problems))
                    .OfType<SweepTraining>());
            }
        }

        return trainings;
    }

    private static MapEntry[] Picks(IReadOnlyList<SweepAxis> axes, int[] at) =>
        [.. axes.Zip(at, (axis, i) => new MapEntry(axis.Position, axis.Key, axis.Values[i]))];

    private static SweepTraining? Training(
        string file, MapNode root, MapEntry[] settings, MapEntry[] picks, bool isOneOfSeveral, ConfigProblems problems)
    {
        ConfigNode tree = root;
        foreach (var entry in settings.Concat(picks))
        {
            tree = ConfigOverrides.Set(tree, entry, problems);
        }

        return ConfigReader.Bind<TrainConfig>((MapNode)tree, Registry.Kinds, problems) is { } config
            ? new(
                ArmName.Of(
                    picks.Where(pick => !SweepAxis.IsSeedKey(pick.Key)).Select(pick => (pick.Key, pick.Value)), config.Name, isOneOfSeveral),
                config,
                file,
                [.. settings.Concat(picks).Select(entry => $"{entry.Key}={ConfigWriter.OneLine(entry.Value)}")],
                picks.ToDictionary(pick => pick.Key, pick => pick.Value))
            : null;
    }
}
