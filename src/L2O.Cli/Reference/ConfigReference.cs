using System.Reflection;
using L2O.Configs;
using L2O.Experiments;
using L2O.Options;
using L2O.Registration;

namespace L2O.Cli.Reference;

/// <summary>Every key that configs can have, in Markdown, from the records that configs are read into.</summary>
internal sealed class ConfigReference(Documentation documentation)
{
    // Of the record that holds a kind's options, what every one begins with.
    private const string OptionsOf = "Options of ";

    private static readonly (Family Family, string Title)[] Families =
    [
        (Family.LearnedOptimizer, "Learned optimizers"),
        (Family.HandcraftedOptimizer, "Handcrafted optimizers"),
        (Family.Optimizer, "Trained optimizers"),
        (Family.Optimizee, "Networks and formulas"),
        (Family.Regularizer, "Regularizers"),
    ];

    private readonly Dictionary<Type, string> _sections = [];

    /// <summary>Configs of the commands, sweeps, then every kind of every family.</summary>
    internal IEnumerable<string> Lines() =>
    [
        .. Config("Train configs", typeof(TrainConfig)),
        .. Config("Evaluate configs", typeof(EvaluateConfig)),
        .. Config("Analyze configs", typeof(AnalyzeConfig)),
        .. Config("Sweeps", typeof(SweepConfig)),
        .. Families.SelectMany(family => Kinds(family.Family, family.Title)),
        .. Metrics(),
        "## Data sets",
        "",
        .. Markdown.Table(
            ["name", "what it holds"],
            Registry.DatasetSummaries.Select(row => new[] { Markdown.Code(row.Key), Markdown.Text(row.Value) })),
        .. Kinds(Family.Dataset, "Own data"),
    ];

    private IEnumerable<string> Config(string title, Type config) =>
        [$"## {title}", "", documentation.Of(config), "", .. Record(config, path: "")];

    // A record's keys, then those of each record that one of its keys holds, but for what stands further up already.
    private List<string> Record(Type record, string path)
    {
        var keys = path.Length == 0
            ? OptionSummary.OfConfig(record, Registry.Kinds)
            : OptionSummary.Of(record, family: null, Registry.Kinds);
        var below = NotYetTold(keys, path);
        return [.. Keys(keys), .. Sections(below)];
    }

    private ConfigSection[] NotYetTold(IEnumerable<OptionSummary> keys, string path) =>
    [
        .. ConfigSections.Within(keys, path).Select(key => key.Section)
            .Where(section => _sections.TryAdd(section.Record, section.Path)),
    ];

    private IEnumerable<string> Sections(ConfigSection[] sections) => sections.SelectMany(section => (string[])
    [
        $"### {Markdown.Code(section.Path)}", "", Markdown.Text(documentation.Of(section.Record)), "",
        .. Record(section.Record, section.Path),
    ]);

    // Keys that kinds share are told once; a kind has its own, and those whose default differs.
    private List<string> Kinds(Family family, string title)
    {
        var kinds = Own(family);
        var all = kinds.ToDictionary(kind => kind.Key, kind => OptionSummary.Of(kind.Value, family, Registry.Kinds));
        var below = NotYetTold(all.Values.SelectMany(keys => keys), path: "");
        var shared = all.SelectMany(kind => kind.Value.Select(key => (Kind: kind.Key, Key: key)))
            .Where(row => row.Key.Property.DeclaringType is { IsAbstract: true })
            .GroupBy(row => row.Key.Property.DeclaringType ?? typeof(object))
            .ToDictionary(group => group.Key, group => group.ToArray());
        bool IsTold(OptionSummary key) => key.Property.DeclaringType is { } type && shared.TryGetValue(type, out var rows)
            && rows.First(row => row.Key.Key == key.Key).Key.Default == key.Default;
        return
        [
            $"## {title}",
            "",
            .. shared.SelectMany(group => (string[])
            [
                $"{Markdown.Text(documentation.Of(group.Key))} Kinds: "
                    + $"{string.Join(", ", group.Value.Select(row => Markdown.Code(row.Kind)).Distinct())}.",
                "",
                .. Keys([.. group.Value.Select(row => row.Key).DistinctBy(key => key.Key)]),
            ]),
            .. all.SelectMany(kind => (string[])
            [
                $"**{Markdown.Code(kind.Key)}**: {Markdown.Text(About(kinds[kind.Key]))}",
                "",
                .. Keys([.. kind.Value.Where(key => !IsTold(key))]),
            ]),
            .. Sections(below),
        ];
    }

    // What can be added to an objective can be measured too, often with more effort.
    private static IEnumerable<string> Metrics() =>
    [
        "## Metrics",
        "",
        "The kinds of [regularizers](#regularizers) but `none`. As metrics some have other defaults:",
        "",
        .. Markdown.Table(
            ["kind", "key", "default"],
            Registry.Kinds(Family.Metric).SelectMany(kind => OptionSummary.Of(kind.Value, Family.Metric, Registry.Kinds)
                .Except(OptionSummary.Of(kind.Value, Family.Regularizer, Registry.Kinds))
                .Select(key => new[] { Markdown.Code(kind.Key), Markdown.Code(key.Key), Markdown.Code($"{key.Default}") }))),
    ];

    private IEnumerable<string> Keys(IReadOnlyList<OptionSummary> keys) => Markdown.Table(
        ["key", "default", "meaning"],
        keys.Select(key => new[]
        {
            Markdown.Code(ConfigSections.IsInline(key) ? "kind" : key.Key),
            key switch
            {
                { Default: null } => "required",
                { Default: not "null" } when ConfigSections.RecordOf(key) is not null => "",
                _ => Markdown.Code(key.Default).Replace("}, {", "},`<br>`{", StringComparison.Ordinal),
            },
            Markdown.Text(documentation.Of(key.Property)) + Wanted(key),
        }));

    // The values that would do, after what the key means.
    private string Wanted(OptionSummary key) => key.Property.GetCustomAttribute<OneOfAttribute>()?.Family switch
    {
        Family.Metric => " (list of [metrics](#metrics))",
        Family.Dataset => " (one of the [data sets](#data-sets), or [own data](#own-data))",
        { } family => $" ({(key.Wanted.StartsWith("a list", StringComparison.Ordinal) ? "list of " : "")}{Links(family)})",
        _ when ConfigSections.RecordOf(key) is { } record => $" ({key.Wanted}: {Markdown.Code(_sections[record])})",
        _ when ConfigSections.Innermost(key.Property.PropertyType) is { IsEnum: true } type => Values(type, key),
        _ => $" ({key.Wanted})",
    };

    private string Values(Type type, OptionSummary key)
    {
        var names = key.Wanted.Split(", ");
        var values = Enum.GetNames(type).Select(name => type.GetField(name)).OfType<FieldInfo>();
        return " " + string.Join(" ", names.Zip(values, (name, value) => $"{Markdown.Code(name)}: {Markdown.Text(documentation.Of(value))}"));
    }

    private static string Links(Family family) => string.Join(", ", Families
        .Where(row => row.Family == family || (family == Family.Optimizer && IsOptimizer(row.Family)))
        .Select(row => $"[{row.Title.ToLowerInvariant()}](#{row.Title.ToLowerInvariant().Replace(' ', '-')})"));

    private static bool IsOptimizer(Family family) => family is Family.LearnedOptimizer or Family.HandcraftedOptimizer;

    // Kinds that belong to no narrower family.
    private static Dictionary<string, Type> Own(Family family) => (family == Family.Dataset ? Registry.OwnDataKinds : Registry.Kinds(family))
        .Where(kind => family != Family.Optimizer
            || !Families.Where(row => IsOptimizer(row.Family)).Any(row => Registry.Kinds(row.Family).ContainsKey(kind.Key)))
        .ToDictionary();

    private string About(Type kind)
    {
        var text = documentation.Of(kind);
        if (!text.StartsWith(OptionsOf, StringComparison.Ordinal))
        {
            return text;
        }

        var about = text[OptionsOf.Length..];
        return about is [_, var second, ..] && char.IsLetter(second) ? $"{char.ToUpperInvariant(about[0])}{about[1..]}" : about;
    }
}
