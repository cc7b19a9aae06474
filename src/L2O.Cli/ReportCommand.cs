using System.CommandLine;
using L2O.Cli.Arguments;
using L2O.Reports.Pages;

namespace L2O.Cli;

/// <summary>`l2o report`: a page of runs and sweeps.</summary>
internal static class ReportCommand
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(10);

    internal static Command Create()
    {
        Argument<string[]> sources = new("run")
        {
            Description = "Directories of runs or sweeps, or of several of them",
            HelpName = "RUN|SWEEP",
            Arity = ArgumentArity.OneOrMore,
            CustomParser = PathParser.Many("run", "a directory"),
            Validators =
            {
                result =>
                {
                    if (ExitCodes.UnknownOption(result) is { } unknown)
                    {
                        result.AddError(unknown);
                    }
                },
            },
        };
        Option<string?> folder = new("--out")
        {
            Description = "Where the page goes (default: report in the first directory)",
            HelpName = "DIR",
            CustomParser = PathParser.One("--out", "a directory"),
        };
        Option<bool> watch = new("--watch")
        {
            Description = "Write the page anew while runs go on, until they have ended; a browser that has it open reloads",
        };
        Command command = new("report", "Make a page of runs: what was found, curves, tables, how to make it again")
        {
            sources, folder, watch,
        };
        command.SetAction((parsed, cancel) =>
        {
            var directories = parsed.GetRequiredValue(sources);
            var to = parsed.GetValue(folder) ?? Report.DefaultFolder(directories);
            Console.WriteLine(parsed.GetValue(watch) ? Watched(directories, to, cancel) : Report.Write(directories, to, cancel));
            return Task.FromResult(0);
        });
        return command;
    }

    private static string Watched(string[] directories, string folder, CancellationToken cancel)
    {
        var isTold = false;
        return ReportWatch.Run(
            directories,
            folder,
            _every,
            TimeProvider.System,
            page =>
            {
                if (!isTold)
                {
                    Console.Error.WriteLine($"{page}: written anew every {_every.TotalSeconds:0} seconds until the work has ended, or Ctrl-C");
                    isTold = true;
                }
            },
            cancel);
    }
}
