using L2O.Errors;
using L2O.Reports.Sources;

namespace L2O.Reports.Pages;

/// <summary>A page that is written anew while runs go on.</summary>
public static class ReportWatch
{
    // Making a page takes time from the run that it is about.
    private const int MostShare = 10;

    /// <summary>
    /// Writes the page now and then until no run is at work, and no run of a sweep is to come; a browser that has it open reloads
    /// it. The last one stays as it is, also where the wait is ended.
    /// </summary>
    /// <param name="directories">As of <see cref="Report"/>.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="every">The least time from page to page.</param>
    /// <param name="clock">Measures it.</param>
    /// <param name="onPage">Receives the page's path each time.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The page's path.</returns>
    /// <exception cref="L2OException">As of <see cref="Report"/>.</exception>
    public static string Run(
        IReadOnlyList<string> directories,
        string folder,
        TimeSpan every,
        TimeProvider clock,
        Action<string> onPage,
        CancellationToken cancel)
    {
        while (true)
        {
            var begun = clock.GetTimestamp();
            var study = Study.Read(directories);
            if (!study.IsAtWork || cancel.IsCancellationRequested)
            {
                return Report.Write(study, folder, reloadSeconds: null, clock, CancellationToken.None);
            }

            var reload = (int)Math.Ceiling(every.TotalSeconds);
            onPage(Report.Write(study, folder, reload, clock, cancel));
            var wait = clock.GetElapsedTime(begun) * MostShare;
            cancel.WaitHandle.WaitOne(wait > every ? wait : every);
        }
    }
}
