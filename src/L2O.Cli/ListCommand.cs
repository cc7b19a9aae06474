using System.CommandLine;
using System.Globalization;
using L2O.Checkpoints;
using L2O.Cli.Output;
using L2O.Cli.Reference;
using L2O.Configs;
using L2O.Options;
using L2O.Registration;

namespace L2O.Cli;

/// <summary>`l2o list`: what configs can say, with defaults and meaning.</summary>
internal static class ListCommand
{
    private const string Datasets = "datasets";
    private const string PretrainedNames = "pretrained";
    private const string Reference = "reference";

    private static readonly Dictionary<string, (Family Family, string Description)> _families = new()
    {
        ["optimizers"] = (Family.Optimizer, "Update rules, learned and handcrafted"),
        ["optimizees"] = (Family.Optimizee, "What optimizers train"),
        ["regularizers"] = (Family.Regularizer, "What can be added to the meta-objective"),
        ["metrics"] = (Family.Metric, "How flat a loss is at a point, as analyses measure it"),
    };

    internal static Command Create()
    {
        Argument<string?> name = new("name")
        {
            Description = $"{string.Join(", ", _families.Keys)} {Datasets} or {PretrainedNames}: what a kind or a name can be; train, evaluate, analyze, sweep or "
                + $"a key that holds others (meta, meta.random_unroll): which keys there are; {Reference}: all in Markdown",
            HelpName = "name",
            Arity = ArgumentArity.ZeroOrOne,
        };
        name.CompletionSources.Add(_ => Names().Select(known => new System.CommandLine.Completions.CompletionItem(known)));
        name.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var given }] && !Names().Contains(given))
            {
                var help = Nearest.To(given, Names()) is { } nearest
                    ? $"did you mean {nearest}?"
                    : $"choose {string.Join(", ", Names())}";
                result.AddError($"l2o list knows no `{given}`; {help}");
            }
        });
        Command command = new("list", "What configs can name and set, with defaults and meaning") { name };
        command.SetAction(parsed => Print(parsed.GetValue(name), new()));
        return command;
    }

    private static string[] Names() =>
        [.. _families.Keys, Datasets, PretrainedNames, .. ConfigSections.All.Select(section => section.Path).Distinct(), Reference];

    private static void Print(string? name, Documentation documentation)
    {
        switch (name)
        {
            case null:
                PrintNames(documentation);
                break;
            case Datasets:
                PrintDatasets(documentation);
                break;
            case PretrainedNames:
                TextTable.Print(Pretrained.Names.Select(PretrainedRow));
                break;
            case Reference:
                foreach (var line in new ConfigReference(documentation).Lines().Concat(TableReference.Lines(documentation)))
                {
                    Console.WriteLine(line);
                }

                break;
            default:
                PrintKeys(name, documentation);
                break;
        }
    }

    private static void PrintNames(Documentation documentation) => TextTable.Print(
    [
        .. _families.Select(family => (string[])[family.Key, family.Value.Description]),
        [Datasets, "Labelled examples to train classifiers on"],
        [PretrainedNames, "Trained optimizers that come along, for --checkpoint and optimizer.from"],
        .. ConfigSections.All.Where(section => !_families.ContainsKey(section.Path))
            .Select(section => (string[])[section.Path, documentation.Of(section.Record)]),
        [Reference, "Every key of configs and every column of tables, in Markdown"],
    ]);

    private static void PrintDatasets(Documentation documentation)
    {
        TextTable.Print(Registry.DatasetSummaries.Select(row => (string[])[row.Key, row.Value]));
        Console.WriteLine("\nOr, in place of a name, a map with one of these kinds, of files of one's own:\n");
        foreach (var (kind, record) in Registry.OwnDataKinds)
        {
            PrintRecord(kind, path: "", record, Family.Dataset, documentation);
        }
    }

    private static string[] PretrainedRow(string name)
    {
        var metadata = Pretrained.Metadata(name);
        var change = double.Parse(metadata["best_validation"], CultureInfo.InvariantCulture);
        return [name, metadata["optimizer"], FormattableString.Invariant($"leaves {1 + change:0.00} of the loss on Validation")];
    }

    // Optimizers and optimizees are both: a key whose entries have keys, and kinds with keys of their own.
    private static void PrintKeys(string name, Documentation documentation)
    {
        foreach (var section in ConfigSections.All.Where(section => section.Path == name))
        {
            var title = _families.ContainsKey(name) ? $"each entry of {name}" : name;
            PrintRecord(title, section.Path, section.Record, family: null, documentation);
        }

        if (_families.TryGetValue(name, out var known))
        {
            foreach (var (kind, record) in Registry.Kinds(known.Family))
            {
                PrintRecord(kind, path: "", record, known.Family, documentation);
            }
        }
    }

    private static void PrintRecord(string title, string path, Type record, Family? family, Documentation documentation)
    {
        var isConfig = ConfigSections.IsConfig(path);
        var keys = isConfig ? OptionSummary.OfConfig(record, Registry.Kinds) : OptionSummary.Of(record, family, Registry.Kinds);
        var within = ConfigSections.Within(keys, isConfig ? "" : path)
            .ToDictionary(entry => entry.Key, entry => entry.Section.Path);
        Console.WriteLine($"{title}: {documentation.Of(record)}".TrimEnd(' ', ':'));
        TextTable.Print(keys.Select(key => (string[])
        [
            $"  {(ConfigSections.IsInline(key) ? "kind" : key.Key)}",
            key switch
            {
                { Default: null } => "(required)",
                { Default: not "null" } when within.ContainsKey(key) => "",
                _ => key.Default,
            },
            $"{documentation.Of(key.Property)} ({key.Wanted}{(within.TryGetValue(key, out var more) ? $": l2o list {more}" : "")})".TrimStart(),
        ]));
        Console.WriteLine();
    }
}
