using System.CommandLine;
using L2O.Cli.Arguments;
using L2O.Cli.Output;
using L2O.Configs;
using L2O.Errors;
using L2O.Experiments.Sweeps;
using L2O.Runs.Sweeps;

namespace L2O.Cli.Sweeps;

/// <summary>`l2o sweep summarize`: the arms of a sweep and their differences to the reference, over all seeds.</summary>
internal static class SweepSummarize
{
    private const int MostNamed = 10;

    internal static Command Create()
    {
        Argument<string> sweep = new("sweep")
        {
            Description = "The sweep's file, or the directory of its runs, which may be at work",
            CustomParser = PathParser.One("sweep", "a file or a directory"),
        };
        Command command = new("summarize", "Write and print what arms come to, and how they compare with the reference")
        {
            sweep, SweepCommand.OutOption,
        };
        command.SetAction(parsed =>
        {
            var given = parsed.GetRequiredValue(sweep);
            Summarize(Directory.Exists(given)
                ? given
                : SweepPlan.Read(ConfigSource.FromFile(given, []), parsed.GetValue(SweepCommand.OutOption), options: []).Directory);
        });
        return command;
    }

    /// <summary>Writes arms.csv and differences.csv into a sweep's directory, and prints what matters most of them.</summary>
    internal static void Summarize(string directory)
    {
        var results = SweepResults.Of(directory);
        if (results.Arms.Count == 0)
        {
            var first = results.Missing is [var (run, reason), ..] ? $" ({run} {reason})" : "";
            throw new ConfigException(
                $"{directory}: no evaluation or analysis of this sweep is complete{first}, so there is nothing to summarize; "
                + "scripts/sweep.sh runs them");
        }

        results.Write(directory);
        SweepTable.Print(results);
        TellMissing(results.Missing);
        Console.WriteLine(SweepTables.Arms.PathIn(directory));
        Console.WriteLine(SweepTables.Differences.PathIn(directory));
    }

    private static void TellMissing(IReadOnlyList<MissingRun> missing)
    {
        foreach (var (run, reason) in missing.Take(MostNamed))
        {
            Console.Error.WriteLine($"left out: {run} {reason}");
        }

        if (missing.Count > MostNamed)
        {
            Console.Error.WriteLine($"left out: {missing.Count - MostNamed} more; l2o sweep status shows all");
        }
    }
}
