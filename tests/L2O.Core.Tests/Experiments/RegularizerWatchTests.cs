using L2O.Experiments;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace L2O.Tests.Experiments;

public sealed class RegularizerWatchTests
{
    [Theory]
    [InlineData(0.0, "\"hessian_ev\" made no part")]
    [InlineData(0.95, "\"hessian_ev\" made over 0.9")]
    public void AStretchIsWarnedAboutOnceAndByName(double share, string words)
    {
        Sink sink = new();
        RegularizerWatch watch = new("hessian_ev", Logger(sink));

        for (var i = 0; i < 60; i++)
        {
            watch.See(new(Value: 1, share));
        }

        Assert.Contains(words, Assert.Single(sink.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void OneUnrollThatIsOtherwiseBreaksAStretch()
    {
        Sink sink = new();
        RegularizerWatch watch = new("hessian_ev", Logger(sink));

        for (var i = 0; i < 60; i++)
        {
            watch.See(new(Value: 1, Share: i % 20 == 0 ? 0.3 : 0));
            watch.See(new(Value: null, Share: null));
        }

        Assert.Empty(sink.Messages);
    }

    private static Logger Logger(Sink sink) => new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();

    private sealed class Sink : ILogEventSink
    {
        public List<string> Messages { get; } = [];

        public void Emit(LogEvent logEvent) =>
            Messages.Add(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
    }
}
