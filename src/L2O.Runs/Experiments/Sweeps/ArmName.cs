using System.Text.RegularExpressions;
using L2O.Configs;

namespace L2O.Experiments.Sweeps;

/// <summary>
/// What sets an arm apart, as part of a path: hessian_ev-share0.1. It follows from the arm's own values alone, so that other
/// values rename nothing.
/// </summary>
internal static partial class ArmName
{
    // With the seed behind it, it stands in rows of tables and in titles of pictures.
    private const int Longest = 34;

    /// <summary>The value of each axis but the seed; the train config's name where nothing else varies, and before them where there are several configs.</summary>
    /// <param name="values">Key and value of each axis.</param>
    /// <param name="config">The train config's name.</param>
    /// <param name="isOneOfSeveral">Whether there are other train configs.</param>
    internal static string Of(IEnumerable<(string Key, ConfigNode Value)> values, string config, bool isOneOfSeveral)
    {
        (string Key, ConfigNode Value)[] all = [.. values];
        if (all.Length == 0)
        {
            return config;
        }

        string[] words = [.. isOneOfSeveral ? [config] : Array.Empty<string>(), .. all.Select(value => Word(value.Key, value.Value))];
        var whole = string.Join('-', words);
        var safe = Unsafe().Replace(whole, "-");
        if (safe == whole && whole.Length <= Longest)
        {
            return whole;
        }

        var tag = MadeName.Tag(string.Join(", ", all.Select(value => $"{value.Key}={ConfigWriter.OneLine(value.Value)}")));
        return $"{safe[..Math.Min(safe.Length, Longest - tag.Length - 1)].TrimEnd('-', '.')}-{tag}";
    }

    /// <summary>What stands for one value.</summary>
    internal static string Word(string key, ConfigNode value) => value switch
    {
        MapNode map when map.Child("kind") is ScalarNode kind => $"{kind.Text}{Entries(map)}",
        MapNode map => $"{Last(key)}{Entries(map)}",
        _ => $"{Last(key)}{Value(value)}",
    };

    private static string Entries(MapNode map) => string.Concat(
        map.Entries.Where(entry => entry.Key != "kind").Select(entry => $"-{Word(entry.Key, entry.Value)}"));

    private static string Value(ConfigNode value) => value switch
    {
        ScalarNode { IsNull: true } => "-none",
        ScalarNode scalar when !scalar.IsQuoted && ConfigScalar.Number(scalar.Text) is not null =>
            ConfigWriter.OneLine(scalar).Replace("+", "", StringComparison.Ordinal),
        ScalarNode scalar => $"-{scalar.Text}",
        SequenceNode list => string.Join('-', list.Items.Select(Value)),
        MapNode map => Entries(map),
        _ => throw new ArgumentException($"{value.GetType()} is no config node", nameof(value)),
    };

    private static string Last(string key) => key[(key.LastIndexOf('.') + 1)..];

    [GeneratedRegex("[^A-Za-z0-9._-]", RegexOptions.CultureInvariant)]
    private static partial Regex Unsafe();
}
