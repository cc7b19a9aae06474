namespace L2O.Cli.Output;

/// <summary>Reports how far the work has come.</summary>
/// <param name="done">Units done so far, including those of earlier runs.</param>
/// <param name="note">A short remark on the state of the work; may be empty.</param>
internal delegate void ProgressReport(long done, string note);

/// <summary>Shows progress on stderr: a line that is written over on a terminal, otherwise a line every few seconds.</summary>
internal static class Progress
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    // There are thousands of steps a second; formatting a text for each would dominate their allocations.
    private static readonly TimeSpan BetweenTexts = TimeSpan.FromMilliseconds(100);

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

        if (Console.IsErrorRedirected)
        {
            return work(Reports(total, BetweenLines, (done, rate, note) =>
                Console.Error.WriteLine(ProgressText.Line(title, done, total, rate, note))));
        }

        using StatusLine line = new();
        return work(Reports(total, BetweenTexts, (done, rate, note) =>
            line.Show(ProgressText.Status(title, done, total, rate, note, Terminal.ErrorWidth))));
    }

    // The last one of all, and before it one at a time.
    private static ProgressReport Reports(
        long total, TimeSpan between, Action<long, ProgressRate, string> show)
    {
        ProgressRate rate = new(total);
        var (shown, isLastShown) = (TimeSpan.Zero, false);
        return (done, note) =>
        {
            rate.Note(done);
            var isLast = done >= total && !isLastShown;
            if (isLast || rate.Elapsed - shown >= between)
            {
                (shown, isLastShown) = (rate.Elapsed, isLastShown || isLast);
                show(done, rate, note);
            }
        };
    }
}
