using L2O.Reports.Pages;
using L2O.Runs;
using Xunit;

namespace L2O.Tests.Reports;

public sealed class ReportWatchTests : IDisposable
{
    private const string Refresh = "http-equiv=\"refresh\"";

    private readonly ReportedRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void APageReloadsWhileTheRunIsAtWorkAndStaysAsItIsThen()
    {
        var run = _runs.Train("learned", seed: 1, RunStatus.Running);
        List<string> pages = [];

        var path = Watch(run, page =>
        {
            pages.Add(File.ReadAllText(page));
            if (pages.Count == 2)
            {
                _runs.Change("learned", info => info with { Status = RunStatus.Completed });
            }
        });

        Assert.Equal(2, pages.Count);
        Assert.All(pages, page => Assert.Contains(Refresh, page, StringComparison.Ordinal));
        Assert.DoesNotContain(Refresh, File.ReadAllText(path), StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(run, "report", "pictures"), "*.png"));
    }

    [Fact]
    public void AnEndedWaitLeavesAPageThatStays()
    {
        using CancellationTokenSource source = new();

        var path = Watch(_runs.Train("learned", seed: 1, RunStatus.Running), _ => source.Cancel(), source.Token);

        var page = PageFile.At(path);
        Assert.DoesNotContain(Refresh, page.Markup, StringComparison.Ordinal);
        Assert.Contains("Work is going on.", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ARunWhoseProcessWasKilledIsOver()
    {
        _runs.Train("learned", seed: 1, RunStatus.Running);
        _runs.Kill("learned");

        var path = Watch(_runs.At("learned"), _ => Assert.Fail("nothing is at work"));

        Assert.Contains("1 training (killed)", PageFile.At(path).Text, StringComparison.Ordinal);
    }

    private static string Watch(string run, Action<string> onPage, CancellationToken cancel = default) => ReportWatch.Run(
        [run], Report.DefaultFolder([run]), TimeSpan.FromMilliseconds(1), TimeProvider.System, onPage, cancel);
}
