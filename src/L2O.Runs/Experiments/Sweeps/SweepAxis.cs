using L2O.Configs;

namespace L2O.Experiments.Sweeps;

/// <summary>A key of the train config that varies, with its values.</summary>
/// <param name="Position">Of the key.</param>
/// <param name="Key">Dotted.</param>
/// <param name="Values">As written; one or more.</param>
internal sealed record SweepAxis(Position Position, string Key, IReadOnlyList<ConfigNode> Values)
{
    private const string SeedKey = "seed";

    /// <summary>Whether a key's values make replicates, not arms.</summary>
    internal static bool IsSeedKey(string key) => key == SeedKey;

    /// <summary>What varies, checked as far as it can be without the config.</summary>
    internal static IReadOnlyList<SweepAxis> In(SweepConfig config, ConfigProblems problems)
    {
        List<SweepAxis> axes = [];
        foreach (var entry in config.Vary.Node.Entries)
        {
            if (entry.Value is not SequenceNode { Items.Count: > 0 } list)
            {
                problems.Add(entry.Value.Position, $"vary.{entry.Key} is {Shown(entry.Value)}; choose a list of values");
                continue;
            }

            if (config.Set.Node.Child(entry.Key) is not null)
            {
                problems.Add(entry.Position, $"vary.{entry.Key} is in set too; leave one of them out");
            }

            SweepAxis axis = new(entry.Position, entry.Key, list.Items);
            if (IsKey(entry, "vary", problems))
            {
                axes.Add(axis);
            }

            axis.RefuseRepeated(problems);
        }

        return axes;
    }

    /// <summary>Whether an entry can name a value of a train config.</summary>
    internal static bool IsKey(MapEntry entry, string map, ConfigProblems problems)
    {
        var problem = entry.Key switch
        {
            ExtendedConfig.Key => "is read before it; write it in the train config",
            _ when entry.Key.Split('.').Any(string.IsNullOrWhiteSpace) => "is no key of a train config; write for instance meta.iterations",
            _ => null,
        };
        if (problem is not null)
        {
            problems.Add(entry.Position, $"{map}.{entry.Key} {problem}");
        }

        return problem is null;
    }

    private static string Shown(ConfigNode value) => value is SequenceNode ? "an empty list" : value.Shown;

    private void RefuseRepeated(ConfigProblems problems)
    {
        foreach (var repeated in Values.GroupBy(value => ArmName.Word(Key, value)).Where(same => same.Count() > 1))
        {
            problems.Add(
                repeated.ElementAt(1).Position,
                $"vary.{Key} has {ConfigWriter.OneLine(repeated.First())} twice, so two runs would have one name; leave one out");
        }
    }
}
