using System.CommandLine;
using L2O.Cli.Output;
using L2O.Cli.Reference;
using L2O.Configs;
using L2O.Options;
using L2O.Registration;

namespace L2O.Cli;

/// <summary>`l2o list`: what configs can name, with options and defaults.</summary>
internal static class ListCommand
{
    internal static Command Create()
    {
        Command datasets = new("datasets", "Labelled examples to train classifiers on");
        datasets.SetAction(_ => TextTable.Print(Registry.DatasetSummaries.Select(row => (string[])[row.Key, row.Value])));
        return new("list", "What configs can name, with options and defaults")
        {
            ListOf("optimizers", "Update rules, learned and handcrafted", Family.Optimizer),
            ListOf("optimizees", "What optimizers train", Family.Optimizee),
            ListOf("regularizers", "What can be added to the meta-objective", Family.Regularizer),
            ListOf("metrics", "How flat a loss is at a point, as analyses measure it", Family.Metric),
            datasets,
            ReferenceCommand.Create(),
        };
    }

    private static Command ListOf(string name, string description, Family family)
    {
        Command command = new(name, description);
        command.SetAction(_ =>
        {
            Documentation documentation = new();
            foreach (var (kind, record) in Registry.Kinds(family))
            {
                Console.WriteLine($"{kind}: {documentation.Of(record)}".TrimEnd(' ', ':'));
                TextTable.Print(OptionSummary.Of(record, family, Registry.Kinds).Select(option => (string[])
                [
                    $"  {option.Key}",
                    option.Default ?? "(required)",
                    $"{documentation.Of(option.Property)} ({option.Wanted})".TrimStart(),
                ]));
                Console.WriteLine();
            }
        });
        return command;
    }
}
