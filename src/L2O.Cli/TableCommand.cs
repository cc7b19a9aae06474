using System.CommandLine;
using L2O.Cli.Arguments;
using L2O.Cli.Output;
using L2O.Errors;
using L2O.Runs;
using L2O.Runs.Tables;

namespace L2O.Cli;

/// <summary>`l2o table`: rows of a run's tables, by the names of their columns.</summary>
internal static class TableCommand
{
    internal static Command Create()
    {
        Argument<string> run = new("run")
        {
            Description = "A run directory; it may be at work",
            CustomParser = PathParser.One("run", "a directory"),
        };
        Argument<string?> table = new("table")
        {
            Description = "Which table (default: every one that the run has)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        table.CompletionSources.Add([.. RunTables.All.Select(known => known.Name)]);
        Option<string[]> columns = List("--columns", "Show these columns alone, in this order", "NAME,...");
        Option<string[]> where = List("--where", "Show the rows alone that have this value; may be repeated", "COLUMN=VALUE");
        Option<string[]> by = List("--by", "With --mean: one line for each value of these columns", "NAME,...");
        Option<string?> mean = new("--mean")
        {
            Description = "Mean, standard deviation and 95% interval of a column, over rows that are alike in --by",
            HelpName = "NAME",
        };
        Option<bool> withoutTimes = new("--without-times")
        {
            Description = "Put 0 in place of times, which no repetition has again",
        };
        Option<bool> csv = new("--csv") { Description = "Print comma-separated values" };
        Command command = new("table", "Print rows of a run's tables")
        {
            run, table, columns, where, by, mean, withoutTimes, csv,
        };
        command.SetAction(parsed =>
        {
            var directory = parsed.GetRequiredValue(run);
            _ = RunInfo.Read(directory);
            foreach (var chosen in Chosen(directory, parsed.GetValue(table)))
            {
                var view = TableView.Of(chosen, directory, !parsed.GetValue(withoutTimes));
                view = parsed.GetRequiredValue(where).Aggregate(view, (rows, condition) => rows.Where(condition));
                view = parsed.GetValue(mean) is { } averaged
                    ? view.Mean(averaged, Names(parsed.GetRequiredValue(by)))
                    : view;
                view = Names(parsed.GetRequiredValue(columns)) is { Length: > 0 } shown ? view.Select(shown) : view;
                view.Print(parsed.GetValue(csv));
            }
        });
        return command;
    }

    private static IEnumerable<Table> Chosen(string directory, string? name)
    {
        if (name is null)
        {
            return RunTables.All.Where(table => File.Exists(table.PathIn(directory)));
        }

        string[] known = [.. RunTables.All.Select(table => table.Name)];
        return RunTables.All.FirstOrDefault(table => table.Name == name) is { } found
            ? [found]
            : throw new ConfigException($"there is no table {name}; choose one of {string.Join(", ", known)}");
    }

    private static string[] Names(string[] lists) =>
        [.. lists.SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static Option<string[]> List(string name, string description, string help) => new(name)
    {
        Description = description,
        HelpName = help,
        DefaultValueFactory = _ => [],
    };
}
