using L2O.Experiments.Training;
using L2O.Flatness;
using L2O.MetaTraining;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xunit;

namespace L2O.Tests.Experiments.Training;

public sealed class RegularizerWatchTests
{
    private static readonly RegularizerOptions _options = new() { Metric = new SpectralNormOptions() };

    [Theory]
    [InlineData(0.0, null, "\"hessian_ev\" made no part")]
    [InlineData(2e-6, null, "\"hessian_ev\" made at most 2E-06 of the gradient in each of the last 25 unrolls")]
    [InlineData(2e-6, null, "under 0.001, and does next to nothing; raise regularizer.weight, or give regularizer.share: 0.1")]
    [InlineData(0.95, null, "\"hessian_ev\" made over 0.9")]
    [InlineData(0.0, 0.1, "\"hessian_ev\" made no part")]
    [InlineData(0.02, 0.1, "\"hessian_ev\" made at most 0.02 of the gradient in each of the last 25 unrolls")]
    [InlineData(0.36, 0.1, "\"hessian_ev\" made at least 0.36 of the gradient in each of the last 25 unrolls")]
    [InlineData(0.36, 0.1, "where regularizer.share asks for 0.1: its weight was set where it made less")]
    public void AStretchIsWarnedAboutOnceAndByName(double share, double? asked, string words)
    {
        Sink sink = new();
        RegularizerWatch watch = new(_options with { Share = asked }, Logger(sink));

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
            watch.CheckUnroll(new(Value: 1, Share: i % 20 == 0 ? 0.3 : i % 2 == 0 ? 0 : 1e-6));
            watch.CheckUnroll(new(Value: null, Share: null));
        }

        Assert.Empty(sink.Messages);
    }

    // By a factor of 5 in the weight: 0.1 is a ninth of the rest, and a share of 0.357 five ninths.
    [Theory]
    [InlineData(0.022, 0.1)]
    [InlineData(0.35, 0.1)]
    [InlineData(0.95, 0.9)]
    [InlineData(5e-4, 1e-3)]
    [InlineData(1.1e-3, null)]
    [InlineData(0.89, null)]
    public void AShareNearWhatWasAskedIsNotWarnedAbout(double share, double? asked)
    {
        Sink sink = new();
        RegularizerWatch watch = new(_options with { Share = asked }, Logger(sink));

        for (var i = 0; i < 60; i++)
        {
            watch.CheckUnroll(new(Value: 1, share));
        }

        Assert.Empty(sink.Messages);
    }

    [Fact]
    public void ATrainingThatEndsBeforeTheWeightIsSetIsWarnedAbout()
    {
        Sink sink = new();
        RegularizerCalibration begun = new([1, 2, 3], Weight: null);

        new RegularizerWatch(_options with { Share = 0.1 }, Logger(sink)).CheckEnd(begun);
        new RegularizerWatch(_options with { Share = 0.1 }, Logger(sink)).CheckEnd(begun with { Weight = 1 });
        new RegularizerWatch(_options, Logger(sink)).CheckEnd(new([], Weight: null));
        new RegularizerWatch(new() { Metric = new NoRegularizer(), Share = 0.1 }, Logger(sink)).CheckEnd(begun);

        Assert.StartsWith(
            "Regularizer \"hessian_ev\" never counted: of the 20 unrolls that set its weight 3 were measured; raise meta.iterations",
            Assert.Single(sink.Messages),
            StringComparison.Ordinal);
    }

    [Fact]
    public void TheWeightIsToldWhenItIsSet()
    {
        Sink sink = new();
        RegularizerWatch watch = new(_options with { Share = 0.1 }, Logger(sink));
        RegularizerCalibration begun = new([], Weight: null);
        RegularizerCalibration set = new([.. Enumerable.Repeat(1.0, 20)], Weight: 0.0123456);

        watch.CheckWeight(begun, begun);
        watch.CheckWeight(begun, set);
        watch.CheckWeight(set, set);

        Assert.Equal(
            "Regularizer \"hessian_ev\": weight 0.01235, from the median ratio over 20 unrolls, for a share of 0.1",
            Assert.Single(sink.Messages));
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
