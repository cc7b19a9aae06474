using System.CommandLine;
using L2O.Cli.Arguments;
using L2O.Cli.Output;
using L2O.Configs;
using L2O.Experiments.Sweeps;
using L2O.Reports.Documents;

namespace L2O.Cli.Sweeps;

/// <summary>`l2o sweep`: many runs as one experiment, described by a file.</summary>
internal static class SweepCommand
{
    private static readonly Argument<string> _file = new("sweep")
    {
        Description = "The sweep's file",
        CustomParser = PathParser.One("sweep", "a file"),
    };

    /// <summary>Where a sweep's runs are.</summary>
    internal static readonly Option<string?> OutOption = new("--out")
    {
        Description = "The directory of its runs (default: runs/NAME)",
        HelpName = "DIR",
        CustomParser = PathParser.One("--out", "a directory"),
    };

    internal static Command Create() => new("sweep", "Many runs as one experiment; scripts/sweep.sh runs one")
    {
        Prepare(),
        List(),
        Status(),
        SweepSummarize.Create(),
    };

    private static Command Prepare()
    {
        var command = Subcommand("prepare", "Check every run of a sweep, and make its directory");
        command.SetAction(parsed =>
        {
            var plan = Plan(parsed);
            var runs = SweepDirectory.Check(plan);
            SweepCheck.Run(plan, parsed.GetValue(RunOptions.DeviceOption) ?? "auto", parsed.GetValue(RunOptions.DataOption));
            SweepDirectory.Write(plan);
            Warn(runs);
            var done = runs.Count(run => run.State == RunState.Done);
            Console.WriteLine($"{plan.Name}: {Count(runs.Count, "run")}, {done} done");
            Console.WriteLine(plan.Directory);
        });
        return command;
    }

    private static Command List()
    {
        Option<bool> ready = new("--ready")
        {
            Description = "Only runs that can be begun or go on now: neither done nor at work, and what they judge is trained",
        };
        var list = Subcommand("list", "Print a line for each run: directory, state and command, with tabs between");
        list.Add(ready);
        list.SetAction(parsed =>
        {
            var plan = Plan(parsed);
            FoundRun[] runs = [.. plan.Runs.Select(FoundRun.Of)];
            foreach (var run in parsed.GetValue(ready) ? ReadyRuns.Of(runs) : runs)
            {
                var command = string.Join(' ', run.Planned.Run.Arguments.Select(ShellWord.Of).Prepend("l2o"));
                Console.WriteLine($"{run.Planned.Path}\t{run.StateWord}\t{command}");
            }
        });
        return list;
    }

    private static Command Status()
    {
        var command = Subcommand("status", "Show how far each run of a sweep is, and the time left");
        command.SetAction(parsed =>
        {
            var plan = Plan(parsed);
            FoundRun[] runs = [.. plan.Runs.Select(FoundRun.Of)];
            Warn(runs);
            SweepStatusTable.Print(plan.Directory, runs, TimeProvider.System.GetUtcNow());
        });
        return command;
    }

    private static Command Subcommand(string name, string description) => new(name, description)
    {
        _file, OutOption, RunOptions.DeviceOption, RunOptions.DataOption,
    };

    private static SweepPlan Plan(ParseResult parsed)
    {
        string[] options =
        [
            .. parsed.GetValue(RunOptions.DeviceOption) is { } device and not "auto" ? ["--device", device] : Array.Empty<string>(),
            .. parsed.GetValue(RunOptions.DataOption) is { } data ? ["--data-dir", data] : Array.Empty<string>(),
            .. PluginOption.Arguments(parsed),
        ];
        return SweepPlan.Read(ConfigSource.FromFile(parsed.GetRequiredValue(_file), []), parsed.GetValue(OutOption), options);
    }

    private static void Warn(IReadOnlyList<FoundRun> runs)
    {
        if (SweepDirectory.Versions(runs) is { Count: > 0 } versions)
        {
            Console.Error.WriteLine(
                $"warning: its runs were made by {versions.Count} versions of l2o ({string.Join(", ", versions)}), whose numbers may differ");
        }
    }

    private static string Count(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";
}
