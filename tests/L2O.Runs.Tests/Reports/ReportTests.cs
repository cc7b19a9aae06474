using System.Diagnostics;
using System.Globalization;
using L2O.Errors;
using L2O.Reports.Documents;
using L2O.Reports.Pages;
using L2O.Reports.Sources;
using L2O.Runs;
using L2O.Runs.Sweeps;
using L2O.Runs.Tables;
using L2O.Statistics;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Tests.Reports;

public sealed class ReportTests(ITestOutputHelper output) : IDisposable
{
    private static readonly string[] _evaluateSections = ["found", "curves", "comparison", "intervals", "again"];

    private readonly ReportedRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void ATrainingHasItsSectionsAndNoOthers()
    {
        var page = Report(_runs.Train("learned", seed: 1));

        Assert.Equal(["found", "meta-training", "again"], page.Sections);
        Assert.Equal(page.Sections, page.Contents);
        Assert.Equal(["Meta-training of learn"], page.Figures);
        Assert.Contains(
            "The loss at the end of validation was 2.000 untrained, 0.5100 at its best (meta-iteration 20) and 0.7000 at the end.",
            page.TextOf("found"),
            StringComparison.Ordinal);
        Assert.Contains("learn: 1 update of phi was left out", page.TextOf("found"), StringComparison.Ordinal);
        Assert.Equal(["learn", "1", "40", "2.000", "0.5100", "20", "0.7000", "0", "1", "0.10", "39.0"], page.Row("meta-training", "learn"));
    }

    // The trained one is below on both, by 0.1, the same under each seed; only the second is another network than in training.
    [Fact]
    public void AnEvaluationSaysInSentencesWhatItsTablesSay()
    {
        var learned = _runs.Train("learned", seed: 1);
        var run = _runs.Evaluate("run", [("learned", $"{learned}/checkpoints/best.safetensors", 0.3), ("adam", null, 0.4)]);

        var page = Report(run);

        Assert.Equal(_evaluateSections, page.Sections);
        Assert.Equal(["Learning curves: mlp", "Learning curves: mlp relu"], page.Figures);
        var found = page.TextOf("found");
        Assert.Contains("learned ends below tuned adam in training loss on 2 of 2 optimizees after 200 steps", found, StringComparison.Ordinal);
        Assert.Contains("the 95% interval of the difference is below 0 on 2, above 0 on 0", found, StringComparison.Ordinal);
        Assert.Contains("What was learned was trained on runs of up to 100 steps.", found, StringComparison.Ordinal);
        Assert.Contains("Validation chose lies at an edge of its grid for adam on mlp and adam on mlp relu", found, StringComparison.Ordinal);
        var mean = SampleMean.Of([0.3, 0.31, 0.32]);
        var text = NumberText.OfMean(mean.Mean, mean.High);
        Assert.Contains($"{text} against ", found, StringComparison.Ordinal);
        Assert.Equal(["learned", "3", "0", text], page.Row("comparison", "learned").Take(4));
        Assert.Equal(["adam", "mlp", "learning_rate=0.001", "3 settings", "learning_rate"], page.Elements("tr")
            .Last(row => row.Elements().First().Value == "adam" && row.Value.Contains("settings", StringComparison.Ordinal)
                && !row.Value.Contains("relu", StringComparison.Ordinal)).Elements().Select(cell => cell.Value));
        Assert.Contains("Vertical line: the longest run in meta-training (100 steps).", page.TextOf("curves"), StringComparison.Ordinal);
    }

    [Fact]
    public void OptimizeesThatTrainingDidNotShowAreCalledUnseen()
    {
        var learned = _runs.Train("learned", seed: 1);
        var run = _runs.Evaluate("run", [("learned", $"{learned}/checkpoints/best.safetensors", 0.3), ("adam", null, 0.4)]);
        File.WriteAllText(
            Path.Combine(learned, "config.yaml"),
            File.ReadAllText(Path.Combine(learned, "config.yaml")).Replace("hidden: [20], activation", "hidden: [30], activation", StringComparison.Ordinal));

        Assert.Contains("below tuned adam in training loss on 2 of 2 unseen optimizees", Report(run).TextOf("found"), StringComparison.Ordinal);
    }

    [Fact]
    public void AnAnalysisHasItsPicturesAndWhatTheySay()
    {
        var page = Report(_runs.Analyze("run", ["sharp", "flat"]));

        Assert.Equal(["found", "flatness", "intervals", "again"], page.Sections);
        Assert.Equal(
            [
                "Flatness against the generalization gap and the training loss",
                "Rank correlations of flatness over the solutions of all optimizees",
                "Spectral density of the Hessian: mlp",
                "Loss along a random direction: mlp",
                "Loss in a plane through a solution: mlp",
            ],
            page.Figures);
        var mean = SampleMean.Of([1.0, 1.1, 1.2]);
        Assert.Contains(
            $"is least at the solutions of sharp, {NumberText.OfMean(mean.Mean, mean.High)}", page.TextOf("found"), StringComparison.Ordinal);
        Assert.Contains("hessian_ev and loss_gap have the rank correlation 0.25, 95% interval -0.50 to 0.75", page.TextOf("found"), StringComparison.Ordinal);
        Assert.Equal("never trained", page.Row("flatness", "never trained")[0]);
    }

    [Fact]
    public void ASweepHasEverySectionAndNumbersOfArms()
    {
        var sweep = _runs.Sweep("sweep", metaSeeds: 3);

        var page = Report(sweep);

        Assert.Equal(["found", "curves", "meta-training", "comparison", "flatness", "arms", "intervals", "again"], page.Sections);
        var results = SweepResults.Of(sweep);
        var arm = results.Arms.First(row => row is { Arm: "b", Optimizee: "mlp", Metric: "final_train_loss" });
        var text = NumberText.OfMean(arm.Mean, arm.CiHigh ?? double.NaN);
        Assert.Equal(["b", "3 x 3", "0", text], page.Row("comparison", "b").Take(4));
        Assert.Contains($"{text} against ", page.TextOf("found"), StringComparison.Ordinal);
        var ratio = results.Differences.First(row => row is { Arm: "b", Measure: "ratio", Metric: "final_train_loss" });
        Assert.Contains($"the typical ratio is {NumberText.Of(ratio.Value, digits: 3)} [", page.TextOf("found"), StringComparison.Ordinal);
        Assert.Contains($"{NumberText.Of(ratio.Value, digits: 3)} [", page.TextOf("arms"), StringComparison.Ordinal);
        Assert.Contains("final_train_loss: arms beside a", page.Figures);
        Assert.Contains("scripts/sweep.sh configs/sweeps/study.yaml", page.TextOf("again"), StringComparison.Ordinal);
    }

    [Fact]
    public void TheCoverageThatPagesStateIsThatOfTheDesign()
    {
        var stated = string.Concat(Report(_runs.Analyze("run", ["a"])).Elements("section").First(section => section.Attribute("id")?.Value == "intervals")
            .Descendants("tr").Skip(1).Select(row => string.Join('|', row.Elements().Select(cell => cell.Value)) + "\n"));

        var design = File.ReadLines(Path.Combine(Repository.Root, "src", "README.md"))
            .Where(line => line.StartsWith("| normal |", StringComparison.Ordinal) || line.StartsWith("| skewed |", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .GroupBy(cells => (Effects: cells[0], MetaSeeds: cells[2]));
        Assert.Equal(
            string.Concat(design.Select(study => $"{study.Key.Effects}|{study.Key.MetaSeeds}|"
                + $"{string.Join(" and ", study.Select(cells => cells[3]))}|{string.Join(" and ", study.Select(cells => cells[4]))}\n")),
            stated);
    }

    [Fact]
    public void APageRefersToNothingOutsideOfItself()
    {
        var page = Report(_runs.Sweep("sweep", metaSeeds: 2));

        Assert.DoesNotMatch(@"https?://", page.Markup);
        Assert.Empty(page.Elements("script"));
        Assert.All(page.Elements("img"), image => Assert.StartsWith("data:image/svg+xml;base64,", image.Attribute("src")?.Value, StringComparison.Ordinal));
        Assert.All(page.Elements("a"), link => Assert.Contains(link.Attribute("href")?.Value.TrimStart('#'), page.Sections));
        Assert.All(page.Elements("img"), image => Assert.DoesNotMatch(
            @"(href|src)=""https?://",
            System.Text.Encoding.UTF8.GetString(Convert.FromBase64String($"{image.Attribute("src")?.Value}".Split(',')[1]))));
    }

    [Fact]
    public void TheTextSaysTheSameIn80Columns()
    {
        var run = _runs.Evaluate("a/directory/with/a/name/that/is/long", [($"trained-{new string('x', 90)}", "/none/x.safetensors", 0.3), ("adam", null, 0.4)]);

        var page = Written(run);

        var text = File.ReadAllText(Path.Combine(run, "report", "report.md"));
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.All(page.Elements("h2"), title => Assert.Contains($"\n## {title.Value}\n", text, StringComparison.Ordinal));
        Assert.Contains("0.3100 ±0.025", text, StringComparison.Ordinal);
        Assert.Contains("0.3100 ±0.025", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesAreTextWhateverTheyHold()
    {
        const string Name = "<script>alert(\"1\" & 2)</script>";
        var run = _runs.Evaluate("run", [(Name, null, 0.3), ("adam", null, 0.4)]);

        var page = Report(run);

        Assert.Empty(page.Elements("script"));
        Assert.Equal(Name, page.Row("comparison", Name)[0]);
        Assert.Contains(page.Elements("li"), item => item.Value == Name);
    }

    [Fact]
    public void PicturesAreFilesToo()
    {
        var run = _runs.Evaluate("run", [("adam", null, 0.4)]);
        Written(run);

        Assert.Equal(
            ["curves-compare-mlp-relu.png", "curves-compare-mlp-relu.svg", "curves-compare-mlp.png", "curves-compare-mlp.svg"],
            Directory.GetFiles(Path.Combine(run, "report", "pictures")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void PluginsAreNamedWhereARunIsMadeAgain()
    {
        var run = _runs.Train("learned", seed: 1);
        var info = RunInfo.Read(run) with { Plugins = new() { ["own"] = new("1.0.0", "ab12") } };
        File.WriteAllBytes(Path.Combine(run, RunInfo.FileName), info.ToJson());

        var page = Report(run);

        Assert.Contains("learned-again --plugin own.dll", page.TextOf("again"), StringComparison.Ordinal);
        Assert.Equal(["own 1.0.0", "ab12"], page.Row("again", "own 1.0.0"));
    }

    [Fact]
    public void ARunThatHasNoRowsYetIsAPageThatSaysSo()
    {
        var page = Report(_runs.Train("learned", seed: 1, RunStatus.Running, withRows: false));

        Assert.Contains("The run has no rows yet", page.Text, StringComparison.Ordinal);
        Assert.Equal(["again"], page.Sections);
        Assert.Contains("Work is going on.", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ATableThatIsBeingWrittenIsShownAsFarAsItsRowsAreWhole()
    {
        var run = _runs.Train("learned", seed: 1, RunStatus.Running);
        File.AppendAllText(RunTables.Meta.PathIn(run), "40,0,mlp,0.1");

        Assert.Equal("40", Report(run).Row("meta-training", "learn")[2]);
    }

    [Fact]
    public void ARunOfAnotherVersionIsRefusedAndThePageBeforeStays()
    {
        var run = _runs.Train("learned", seed: 1);
        Written(run);
        var before = File.ReadAllBytes(Path.Combine(run, "report", "index.html"));
        File.WriteAllText(RunTables.Meta.PathIn(run), "iteration,loss\n0,1\n");

        var e = Assert.Throws<CheckpointException>(() => Written(run));

        Assert.Contains("if another version of l2o wrote it, which run.json names, use that one", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(run, "report", "index.html")));
        Assert.Empty(Directory.GetFiles(Path.Combine(run, "report"), "*.tmp"));
    }

    [Fact]
    public void OneRunOfAnotherVersionAmongOthersIsNamedAndLeftOut()
    {
        var (first, second) = (_runs.Train("one", seed: 1), _runs.Train("two", seed: 2));
        File.WriteAllText(RunTables.Meta.PathIn(second), "iteration,loss\n0,1\n");

        var page = Report(first, second);

        Assert.Contains("Some tables cannot be read, and are left out:", page.Text, StringComparison.Ordinal);
        Assert.Contains($"{second}{Path.DirectorySeparatorChar}meta.csv: ", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void ADirectoryWithoutARunIsRefusedAndStaysAsItIs()
    {
        Directory.CreateDirectory(_runs.At("empty/inner"));

        var none = Assert.Throws<ConfigException>(() => Written(_runs.At("none")));
        var empty = Assert.Throws<ConfigException>(() => Written(_runs.At("empty")));

        Assert.Equal($"{_runs.At("none")}: no such directory; name one of a run or a sweep", none.Message);
        Assert.Contains("empty: holds no run; name a directory with a run.json or a sweep.json", empty.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_runs.At("empty/report")));
    }

    [Fact]
    public void OptimizersOfSeveralRunsThatAreTheSameAreOneAndOthersAreToldApart()
    {
        var one = _runs.Evaluate("one", [("learned", "/a/checkpoints/best.safetensors", 0.3), ("adam", null, 0.4)]);
        var two = _runs.Evaluate("two", [("learned", "/b/checkpoints/best.safetensors", 0.2), ("adam", null, 0.4)]);

        var page = Report(one, two);

        Assert.Equal(
            [$"learned ({one})", $"learned ({two})", "adam"],
            page.Elements("section").First(section => section.Attribute("id")?.Value == "comparison").Descendants("tbody").First()
                .Elements("tr").Select(row => row.Elements().First().Value));
    }

    [Fact]
    public void TwoHundredRunsOfASweepAreAnArmsCurvesAndASmallPage()
    {
        var sweep = _runs.Sweep("sweep", metaSeeds: 33);
        Assert.Equal(200, SweepIndex.Read(sweep).Runs.Count);
        var watch = Stopwatch.StartNew();

        var page = Written(sweep);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:0.0} s, {page.Markup.Length / 1e6:0.0} MB"));
        Assert.InRange(page.Markup.Length, 1, 20_000_000);
        Assert.Equal(["a", "b", "adam"], page.Elements("ul").First(list => list.Attribute("class")?.Value == "legend").Elements().Select(line => line.Value));
    }

    [Fact]
    public void TheMeanEndsWhereTheFirstRunDiverged()
    {
        var run = _runs.Evaluate("run", [("sgd", null, 0.3), ("adam", null, 0.4)]);
        RunTables.Curves.Write(run, [.. RunTables.Curves.RowsIn(run).Where(row => row is not { Optimizer: "adam", Seed: 2, Step: > 100 })]);

        var text = Report(run).TextOf("curves");

        Assert.Contains("A cross: there the first run of adam diverged, and the mean ends.", text, StringComparison.Ordinal);
    }

    // Twelve trained optimizers are too many lines; their trainings differ in their seed alone.
    [Fact]
    public void ManyOptimizersOfTrainingsThatDifferInTheirSeedAreOneLine()
    {
        string[] runs =
        [
            .. Enumerable.Range(1, 12).SelectMany(seed => new[]
            {
                _runs.Train($"runs/learned-{seed}", seed),
                _runs.Evaluate($"runs/compared-{seed}", [($"learned-{seed}", _runs.At($"runs/learned-{seed}/checkpoints/best.safetensors"), 0.3), ("adam", null, 0.4)]),
            }),
        ];
        Assert.Equal(24, runs.Length);

        var page = Report(_runs.At("runs"));

        Assert.Equal(["learn", "adam"], page.Elements("ul").First(list => list.Attribute("class")?.Value == "legend").Elements().Select(line => line.Value));
        Assert.Equal(["learn", "12 x 3"], page.Row("comparison", "learn").Take(2));
    }

    [Fact]
    public void TheSameRunsGiveTheSamePage()
    {
        var run = _runs.Evaluate("run", [("adam", null, 0.4)]);

        Assert.Equal(Report(run).Markup, Report(run).Markup);
    }

    // Without its files, which take longer.
    private static PageFile Report(params string[] directories) =>
        new(HtmlPage.Of(ReportPage.Of(Study.Read(directories), reloadSeconds: null, DateTimeOffset.UnixEpoch).Page));

    private static PageFile Written(string directory) => PageFile.At(
        L2O.Reports.Pages.Report.Write([directory], L2O.Reports.Pages.Report.DefaultFolder([directory]), CancellationToken.None));
}
