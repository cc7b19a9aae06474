namespace L2O.Evaluation;

/// <summary>A stopwatch that starts paused and goes on from where it was.</summary>
/// <param name="clock">Measures the time.</param>
internal sealed class PausingStopwatch(TimeProvider clock)
{
    private TimeSpan _elapsed;
    private long? _since;

    /// <summary>Up to the last pause.</summary>
    internal double Seconds => _elapsed.TotalSeconds;

    internal void Resume() => _since = clock.GetTimestamp();

    internal void Pause()
    {
        if (_since is { } since)
        {
            _elapsed += clock.GetElapsedTime(since);
            _since = null;
        }
    }
}
