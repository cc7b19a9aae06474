using L2O.Experiments.Training;
using L2O.Flatness;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace L2O.Tests.Experiments.Training;

public sealed class RegularizerWatchTests
{
    private static readonly RegularizerOptions _options = new() { Metric = new SpectralNormOptions() };

    [Theory]
    [InlineData(0.0, "\"hessian_ev\" made no part")]
    [InlineData(0.95, "\"hessian_ev\" made over 0.9")]
    public void AStretchIsWarnedAboutOnceAndByName(double share, string words)
    {
        Sink sink = new();
        RegularizerWatch watch = new(_options, Logger(sink));

        for (var i = 0; i < 60; i++)
        {
            watch.CheckUnroll(new(Value: 1, share));
        }

        Assert.Contains(words, Assert.Single(sink.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public void OneUnrollThatIsOtherwiseBreaksAStretch()
    {
        Sink sink = new();
        RegularizerWatch watch = new(_options, Logger(sink));

        for (var i = 0; i < 60; i++)
        {
            watch.CheckUnroll(new(Value: 1, Share: i % 20 == 0 ? 0.3 : 0));
            watch.CheckUnroll(new(Value: null, Share: null));
        }

        Assert.Empty(sink.Messages);
    }

    [Theory]
    [InlineData(RegularizedUnrolls.None, 5, true)]
    [InlineData(RegularizedUnrolls.Prior, 1, true)]
    [InlineData(RegularizedUnrolls.Prior, 2, false)]
    [InlineData(RegularizedUnrolls.Posterior, 1, false)]
    [InlineData(RegularizedUnrolls.All, 1, false)]
    public void AScheduleThatLeavesNothingIsWarnedAbout(RegularizedUnrolls schedule, int unrolls, bool isWarned)
    {
        Sink sink = new();

        new RegularizerWatch(_options with { Schedule = schedule }, Logger(sink)).CheckSchedule(unrolls);
        new RegularizerWatch(_options with { Schedule = schedule, Weight = 0 }, Logger(sink)).CheckSchedule(unrolls);

        Assert.Equal(isWarned ? 1 : 0, sink.Messages.Count);
        Assert.All(sink.Messages, message => Assert.Contains("\"hessian_ev\" does nothing", message, StringComparison.Ordinal));
    }

    private static Logger Logger(Sink sink) => new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger();

    private sealed class Sink : ILogEventSink
    {
        public List<string> Messages { get; } = [];

        public void Emit(LogEvent logEvent) =>
            Messages.Add(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
    }
}
