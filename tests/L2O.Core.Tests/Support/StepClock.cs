namespace L2O.Tests.Support;

/// <summary>A clock that is one second later every time it is read.</summary>
internal sealed class StepClock : TimeProvider
{
    private long _reads;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp() => _reads++;
}
