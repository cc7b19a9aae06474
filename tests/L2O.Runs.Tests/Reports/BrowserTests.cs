using L2O.Reports.Pages;
using Xunit;

namespace L2O.Tests.Reports;

/// <summary>Pages in a real browser.</summary>
public sealed class BrowserTests : IDisposable
{
    private readonly ReportedRuns _runs = new();

    public BrowserTests() => Assert.SkipUnless(Chromium.Path is not null, "there is no chromium to open a page in");

    public void Dispose() => _runs.Dispose();

    [Theory]
    [InlineData(1280, false, "rgb(255, 255, 255)")]
    [InlineData(400, true, "rgb(18, 20, 23)")]
    public void APageOfASweepFitsIsWholeAndLoadsNothing(int width, bool isDark, string background)
    {
        var sweep = _runs.Sweep("sweep", metaSeeds: 2);
        var path = Report.Write([sweep], Report.DefaultFolder([sweep]), CancellationToken.None);

        var page = Chromium.Open(path, width, isDark);

        Assert.Equal(["found", "curves", "meta-training", "comparison", "flatness", "arms", "intervals", "again"], page.Sections);
        Assert.Equal(PageFile.At(path).Elements("img").Count(), page.Images);
        Assert.Equal(0, page.Broken);
        Assert.InRange(page.Scroll, 1, width);
        Assert.Empty(page.Outside);
        Assert.Equal(background, page.Background);
        Assert.Empty(page.Console);
        Assert.Empty(page.Loaded);
        Assert.Empty(page.Requests);
    }

    [Fact]
    public void APageThatLoadsSomethingIsFound()
    {
        var path = _runs.At("page.html");
        File.WriteAllText(path, "<!DOCTYPE html><title>p</title><p style='width: 2000px'>wide</p><img src='http://l2o.invalid/picture.png'>"
            + "<script>console.error('complaint')</script>");

        var page = Chromium.Open(path, width: 400, isDark: false);

        Assert.Equal(["http://l2o.invalid/picture.png"], page.Loaded);
        Assert.Equal(["http://l2o.invalid/picture.png"], page.Requests);
        Assert.Contains("complaint", Assert.Single(page.Console), StringComparison.Ordinal);
        Assert.Equal((1, "P wide"), (page.Broken, page.Outside[0]));
        Assert.InRange(page.Scroll, 2000, 2100);
    }
}
