using L2O.Configs;

namespace L2O.Experiments.Sweeps;

/// <summary>Which arm or optimizer a sweep's `reference` means.</summary>
internal static class SweepReference
{
    /// <summary>Its name; null where there is none, or with a problem added.</summary>
    internal static string? Of(
        ConfigPart? reference, IReadOnlyList<SweepTraining> trainings, IReadOnlyList<string> optimizers, ConfigProblems problems) =>
        reference?.Node switch
        {
            null => null,
            MapNode values => OfValues(values, trainings, problems),
            var name => OfName(name, [.. trainings.Select(training => training.Arm).Distinct()], optimizers, problems),
        };

    private static string? OfName(
        ConfigNode named, IReadOnlyList<string> arms, IReadOnlyList<string> optimizers, ConfigProblems problems)
    {
        if (named is ScalarNode { Text: var name } && arms.Concat(optimizers).Contains(name))
        {
            return name;
        }

        var known = string.Join(", ", arms.Concat(optimizers));
        problems.Add(named.Position, $"reference is {named.Shown}; choose an arm or an optimizer: {known}");
        return null;
    }

    private static string? OfValues(MapNode values, IReadOnlyList<SweepTraining> trainings, ConfigProblems problems)
    {
        var count = 0;
        foreach (var entry in values.Entries)
        {
            string[] written = [.. trainings.Select(training => Written(training, entry.Key)).OfType<string>().Distinct()];
            if (written.Length == 0 || !written.Contains(ConfigWriter.OneLine(entry.Value)))
            {
                var choice = written.Length == 0 ? $"{entry.Key} does not vary; choose keys of vary" : $"choose {string.Join(" or ", written)}";
                problems.Add(entry.Value.Position, $"reference.{entry.Key} is {ConfigWriter.OneLine(entry.Value)}; {choice}");
                count++;
            }
        }

        string[] arms =
        [
            .. trainings.Where(training => values.Entries.All(
                    entry => Written(training, entry.Key) == ConfigWriter.OneLine(entry.Value)))
                .Select(training => training.Arm).Distinct(),
        ];
        if (count == 0 && arms.Length != 1)
        {
            problems.Add(values.Position, $"reference fits {arms.Length} arms ({string.Join(", ", arms)}); say a value of each key that varies");
        }

        return arms.Length == 1 ? arms[0] : null;
    }

    private static string? Written(SweepTraining training, string key) =>
        training.Values.TryGetValue(key, out var value) ? ConfigWriter.OneLine(value) : null;
}
