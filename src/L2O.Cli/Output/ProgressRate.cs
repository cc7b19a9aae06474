using System.Diagnostics;
using L2O.Statistics;

namespace L2O.Cli.Output;

/// <summary>Units per second since the first report, so that the work of an earlier run does not count.</summary>
/// <param name="total">Units in all.</param>
internal sealed class ProgressRate(long total)
{
    // Ten thousand hours: a guess from the first steps may be any number.
    private const double MostSeconds = 3600 * 10_000;

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _since;
    private long? _first;
    private double? _perSecond;
    private long _done;

    /// <summary>Since the work began.</summary>
    internal TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>Empty before the second report.</summary>
    internal string Text => _perSecond is { } rate ? $"{NumberText.Of(rate, digits: 2)}/s" : "";

    /// <summary>Hours, minutes and seconds that the rest takes at this rate; empty where that is not known.</summary>
    internal string TimeLeft =>
        total > _done && _perSecond is > 0 and { } rate && (total - _done) / rate is < MostSeconds and { } seconds
            ? NumberText.OfTime(seconds)
            : "";

    /// <summary>Counts a report.</summary>
    internal void Note(long done)
    {
        _done = done;
        if (_first is not { } first)
        {
            _first = done;
            _since = Elapsed;
            return;
        }

        _perSecond = (done - first) / Math.Max(1e-9, (Elapsed - _since).TotalSeconds);
    }
}
