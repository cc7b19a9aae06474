using System.Runtime.InteropServices;

namespace L2O.Cli;

/// <summary>Ctrl-C and SIGTERM as a token: the first lets the command end cleanly, a second ends at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private bool _isAsked;

    internal Interruption() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
    ];

    internal CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    // The second signal may arrive on another thread while the first is still being handled.
    private void Handle(PosixSignalContext signal)
    {
        if (Interlocked.Exchange(ref _isAsked, true))
        {
            return;
        }

        signal.Cancel = true;
        Console.Error.WriteLine("Ending after this step; press Ctrl-C again to end at once.");
        _source.Cancel();
    }
}
