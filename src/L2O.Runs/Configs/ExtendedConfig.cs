using L2O.Errors;

namespace L2O.Configs;

/// <summary>`extends: FILE`: what a config does not say another one says, which may extend a third.</summary>
internal static class ExtendedConfig
{
    internal const string Key = "extends";

    /// <summary>A config laid over those that it extends, without that key; null with a problem added.</summary>
    internal static MapNode? Read(ConfigSource source, ConfigProblems problems) =>
        Map(source, problems) is { } map ? Complete(map, [source.Name], problems) : null;

    // The last of the files is the one that the map was read from; each before it extends the next.
    private static MapNode? Complete(MapNode map, string[] files, ConfigProblems problems)
    {
        var own = map.Without([Key]);
        if (map.Child(Key) is not { } named)
        {
            return own;
        }

        return FileOf(named, files, problems) is { } file
            && Defaults(file, named.Position, problems) is { } defaults
            && Complete(defaults, [.. files, file], problems) is { } complete
                ? own.Over(complete)
                : null;
    }

    private static string? FileOf(ConfigNode named, string[] files, ConfigProblems problems)
    {
        if (named is not ScalarNode { IsNull: false } written)
        {
            problems.Add(named.Position, $"{Key} is {named.Shown}; choose a config file");
            return null;
        }

        if (!UserPath.TryExpand(written.Text, out var path, out var problem))
        {
            problems.Add(named.Position, $"{Key} {named.Shown} {problem}");
            return null;
        }

        var file = Path.Combine(Path.GetDirectoryName(files[^1]) ?? "", path);
        if (files.Any(extending => Path.GetFullPath(extending) == Path.GetFullPath(file)))
        {
            problems.Add(
                named.Position, $"{Key} goes round in a circle: {string.Join(", ", [.. files, file])}; leave one `{Key}` out");
            return null;
        }

        return file;
    }

    // A file that is no config at all is a mistake of the one that names it; what is wrong within one has a place of its own.
    private static MapNode? Defaults(string file, Position named, ConfigProblems problems)
    {
        ConfigProblems within = new();
        try
        {
            var map = Map(ConfigSource.FromFile(file, []), within);
            if (map is null)
            {
                within.ThrowIfAny();
            }

            problems.AddAll(within);
            return map;
        }
        catch (ConfigException e)
        {
            problems.Add(named, $"{Key} {e.Message}");
            return null;
        }
    }

    private static MapNode? Map(ConfigSource source, ConfigProblems problems)
    {
        switch (ConfigParser.Parse(source.Name, source.Text, problems))
        {
            case MapNode map:
                return map;
            case ScalarNode { IsNull: true } empty:
                problems.Add(empty.Position with { Line = 0 }, "is empty; start with `name: ...`");
                return null;
            case { } other:
                problems.Add(other.Position, $"the config is {other.Shown}; choose a map, starting with `name: ...`");
                return null;
            default:
                return null;
        }
    }
}
