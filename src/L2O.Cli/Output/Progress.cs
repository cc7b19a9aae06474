using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace L2O.Cli.Output;

/// <summary>Reports how far the work has come.</summary>
/// <param name="done">Units done so far, including those of earlier runs.</param>
/// <param name="note">A short remark on the state of the work; may be empty.</param>
internal delegate void ProgressReport(long done, string note);

/// <summary>Shows progress on stderr: a bar on a terminal, otherwise a line every few seconds.</summary>
internal static class Progress
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    // There are thousands of steps a second; formatting a text for each would dominate their allocations.
    private static readonly TimeSpan BetweenTitles = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs the work on this thread and shows its progress.</summary>
    /// <param name="title">What is being done.</param>
    /// <param name="total">Units in all.</param>
    /// <param name="isQuiet">Whether to show nothing.</param>
    /// <param name="work">Calls its argument after each unit.</param>
    internal static T Show<T>(string title, long total, bool isQuiet, Func<ProgressReport, T> work)
    {
        if (isQuiet)
        {
            return work((_, _) => { });
        }

        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        return console.Profile.Out.IsTerminal && console.Profile.Capabilities.Interactive
            ? Bar(console, title, total, work)
            : work(Lines(title, total));
    }

    private static T Bar<T>(IAnsiConsole console, string title, long total, Func<ProgressReport, T> work) =>
        console.Progress()
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask(title.EscapeMarkup(), maxValue: Math.Max(1, total));
                Rate rate = new();
                var shown = TimeSpan.Zero;
                return work((done, note) =>
                {
                    task.Value = done;
                    rate.Note(done);
                    if (rate.Elapsed - shown >= BetweenTitles || done >= total)
                    {
                        shown = rate.Elapsed;
                        task.Description = Join(title, rate.Text, note).EscapeMarkup();
                    }
                });
            });

    private static ProgressReport Lines(string title, long total)
    {
        Rate rate = new();
        var shown = TimeSpan.Zero;
        return (done, note) =>
        {
            rate.Note(done);
            if (rate.Elapsed - shown < BetweenLines && done < total)
            {
                return;
            }

            shown = rate.Elapsed;
            var left = rate.Left(total - done);
            Console.Error.WriteLine(Join(
                string.Create(CultureInfo.InvariantCulture, $"{title} {done}/{total}"),
                rate.Text,
                done < total && left is { } time
                    ? $"{time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)} left"
                    : "",
                note));
        };
    }

    private static string Join(params string[] parts) => string.Join(", ", parts.Where(part => part.Length > 0));

    /// <summary>Units per second since the first report, so that the work of an earlier run does not count.</summary>
    private sealed class Rate
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private TimeSpan _since;
        private long? _first;
        private double? _perSecond;

        internal TimeSpan Elapsed => _watch.Elapsed;

        /// <summary>Empty before the second report.</summary>
        internal string Text => _perSecond is { } rate ? string.Create(CultureInfo.InvariantCulture, $"{rate:0.##}/s") : "";

        internal void Note(long done)
        {
            if (_first is not { } first)
            {
                _first = done;
                _since = Elapsed;
                return;
            }

            _perSecond = (done - first) / Math.Max(1e-9, (Elapsed - _since).TotalSeconds);
        }

        internal TimeSpan? Left(long units) => _perSecond is > 0 and { } rate && units / rate < TimeSpan.MaxValue.TotalSeconds / 2
            ? TimeSpan.FromSeconds(units / rate)
            : null;
    }
}
