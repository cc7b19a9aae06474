using System.Runtime.InteropServices;

namespace L2O.Cli;

/// <summary>
/// Requests to end as a token: the first lets the command end cleanly, with what it has done kept; one that comes later ends
/// at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>Schedulers and their wrappers send one request twice.</summary>
    internal static readonly TimeSpan SameRequest = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private long? _first;

    internal Interruption(TimeProvider clock)
    {
        _clock = clock;
        _registrations =
        [
            .. InterruptionSignal.All.Where(signal => !signal.IsIgnored)
                .Select(signal => PosixSignalRegistration.Create(signal.Number, context => Handle(signal, context))),
        ];
    }

    internal CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    /// <summary>Whether a request that is not the first ends the program at once.</summary>
    /// <param name="signal">How it was made; a second Ctrl-C is a person's.</param>
    /// <param name="sinceFirst">How long after the first.</param>
    internal static bool EndsAtOnce(InterruptionSignal signal, TimeSpan sinceFirst) =>
        signal.IsCtrlC || sinceFirst > SameRequest;

    // Signals may arrive on several threads at once.
    private void Handle(InterruptionSignal signal, PosixSignalContext context)
    {
        lock (_lock)
        {
            context.Cancel = _first is not { } first || !EndsAtOnce(signal, _clock.GetElapsedTime(first));
            if (_first is not null)
            {
                return;
            }

            _first = _clock.GetTimestamp();
        }

        Console.Error.WriteLine(Console.IsErrorRedirected
            ? $"{signal.Name}: ending after this step; another one after {SameRequest.TotalSeconds:0} s ends at once."
            : "Ending after this step; press Ctrl-C again to end at once.");
        _source.Cancel();
    }
}
