using System.Globalization;
using L2O.Experiments.Sweeps;
using L2O.Statistics;

namespace L2O.Cli.Output;

/// <summary>Prints how the runs of a sweep stand.</summary>
internal static class SweepStatusTable
{
    internal static void Print(string directory, IReadOnlyList<FoundRun> runs, DateTimeOffset now)
    {
        SweepTimes times = new(runs, now);
        TextTable.Print(
            [
                ["run", "state", "done", "time", "left"],
                .. runs.Select(run => (string[])
                [
                    run.Planned.Run.Directory,
                    run.StateWord,
                    run.Progress().ToString("0 %", CultureInfo.InvariantCulture),
                    Text(times.SecondsOf(run)),
                    run.State is RunState.Done or RunState.Diverged ? "" : Text(times.Left(run)),
                ]),
            ],
            Terminal.OutputWidth ?? Terminal.UsualWidth);
        Console.WriteLine();
        Console.WriteLine($"{directory}: {Counts(runs)}{Left(runs, times)}");
    }

    private static string Counts(IReadOnlyList<FoundRun> runs) => $"{runs.Count(run => run.State == RunState.Done)} of {runs.Count} runs done"
        + string.Concat(runs.Where(run => run.State is not (RunState.Done or RunState.New)).CountBy(run => run.State)
            .Select(state => $", {state.Value} {FoundRun.WordOf(state.Key)}"));

    private static string Left(IReadOnlyList<FoundRun> runs, SweepTimes times)
    {
        double?[] left = [.. runs.Select(times.Left)];
        var known = left.OfType<double>().Sum();
        return known == 0
            ? ""
            : $"; about {NumberText.OfTime(known)} of work left{(left.Contains(null) ? ", and that of runs of which none has come far" : "")}, "
                + "divided among those at work at once";
    }

    private static string Text(double? seconds) => seconds is { } known ? NumberText.OfTime(known) : "";
}
