using System.CommandLine;
using System.CommandLine.Parsing;
using L2O.Cli.Arguments;
using L2O.Cli.Output;
using L2O.Data;
using L2O.Downloads;
using L2O.Errors;
using Spectre.Console;

namespace L2O.Cli;

/// <summary>`l2o data`: which data sets there are, fetching them, and checking their files.</summary>
internal static class DataCommand
{
    // Publishers' servers pause for seconds now and then; none that works is silent for half a minute.
    private static readonly FetchWaits Waits = new(Stall: TimeSpan.FromSeconds(30), Pause: TimeSpan.FromSeconds(2));

    /// <summary>The command and its subcommands.</summary>
    public static Command Create()
    {
        var directory = new Option<string?>("--data-dir")
        {
            Description = "Folder of the data sets [default: $L2O_DATA_DIR, else the user's cache folder]",
            Recursive = true,
            CustomParser = PathParser.One("--data-dir", "a directory"),
        };
        var list = new Command("list", "List the data sets and whether their files are there");
        list.SetAction(parsed => List(Directory(parsed, directory)));

        var name = new Argument<string>("name") { Description = "A data set, as `l2o data list` spells it" };
        name.CompletionSources.Add([.. Datasets.All.Select(kind => kind.Name)]);
        name.Validators.Add(RequireKnown);
        var fetch = new Command("fetch", "Download a data set and check it against its published checksums") { name };
        fetch.SetAction((parsed, cancel) => Fetch(parsed.GetRequiredValue(name), Directory(parsed, directory), cancel));
        var verify = new Command("verify", "Check a data set's files against their published checksums") { name };
        verify.SetAction(parsed => Verify(parsed.GetRequiredValue(name), Directory(parsed, directory)));
        return new Command("data", "List, fetch and verify data sets") { directory, list, fetch, verify };
    }

    private static DataDirectory Directory(ParseResult parsed, Option<string?> option) =>
        DataDirectory.Resolve(parsed.GetValue(option), Environment.GetEnvironmentVariable);

    private static void RequireKnown(ArgumentResult argument)
    {
        var name = argument.Tokens.Single().Value;
        if (Datasets.All.All(kind => kind.Name != name))
        {
            argument.AddError(
                $"There is no data set {name}; choose one of {string.Join(", ", Datasets.All.Select(kind => kind.Name))}");
        }
    }

    private static void List(DataDirectory directory)
    {
        Console.WriteLine($"Data directory: {directory.Path}");
        TextTable.Print(Datasets.All.Select(kind => (string[])
        [
            kind.Name,
            kind.Published is null ? "generated" : kind.IsPresent(directory) ? "present" : "not fetched",
            kind.Summary,
        ]));
    }

    private static async Task<int> Fetch(string name, DataDirectory directory, CancellationToken cancel)
    {
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Add("User-Agent", "l2o");
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        var fetched = await console.Progress()
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(),
                new RemainingTimeColumn())
            .StartAsync(shown => new DatasetFetch(client, Waits, new Bars(shown)).RunAsync(name, directory, cancel));
        Console.WriteLine(Datasets.Find(name).Published is not { } published
            ? $"{name} is generated in process: there is nothing to fetch"
            : $"{name}: {(fetched.Count > 0 ? "fetched and checked" : "already there")}, "
                + Path.Combine(directory.Path, published.Folder));
        return 0;
    }

    private static void Verify(string name, DataDirectory directory)
    {
        var reports = DatasetVerify.Check(name, directory);
        foreach (var report in reports)
        {
            Console.WriteLine($"{report.Name}: {Words(report)}");
        }

        var wrongCount = reports.Count(report => report.State != FileState.Ok);
        if (wrongCount > 0)
        {
            throw new DatasetException(
                $"{name}: {wrongCount} of {reports.Count} files are not as published; to replace them run: l2o data fetch {name}, "
                + "to keep them too, with another --data-dir");
        }

        Console.WriteLine(reports.Count > 0 ? $"{name}: ok" : $"{name} is generated in process: there is nothing to verify");
    }

    private static string Words(FileReport report) => report.State switch
    {
        FileState.Ok => "ok",
        FileState.Missing => "missing",
        FileState.Damaged => $"cannot be loaded ({report.Problem})",
        _ => "readable, but not the published bytes",
    };

    /// <summary>One bar for each file.</summary>
    private sealed class Bars(ProgressContext shown) : IProgress<FetchProgress>
    {
        private readonly Dictionary<string, ProgressTask> _bars = [];

        public void Report(FetchProgress value)
        {
            if (!_bars.TryGetValue(value.File, out var bar))
            {
                bar = shown.AddTask(Markup.Escape(value.File), maxValue: value.Size);
                _bars.Add(value.File, bar);
            }

            bar.Value = value.Received;
        }
    }
}
