using L2O.Cli.Tests.Support;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>The program in a terminal of 80 columns.</summary>
public sealed class TerminalTests : IDisposable
{
    private const int Columns = 80;

    private static readonly string Configs = Path.Combine(Repository.Root, "configs");

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void NothingOfTheQuickStartWraps()
    {
        Assert.SkipUnless(PseudoTerminal.IsThere, "there is no `script` to make a terminal");

        var trained = Run(
            "train", "--config", Config("quickstart.yaml"), "--run", "learned", "--set", "optimizer.hidden=[2]", "--set",
            "optimizees.0.hidden=[2]", "--set", "meta.iterations=12", "--set", "meta.steps=4", "--set", "meta.unroll=2", "--set",
            "regularizer.start=2", "--set", "validation.episodes=1");
        var evaluated = Run(
            "evaluate", "--config", Config("quickstart-evaluate.yaml"), "--checkpoint", "learned/checkpoints/best.safetensors", "--run",
            "compared", "--set", "steps=4", "--set", "seeds=2", "--set", "optimizees.0.hidden=[2]", "--set", "optimizees.1.hidden=[2]");
        var analyzed = Run(
            "analyze", "--config", Config("analyze/synthetic.yaml"), "--checkpoint", "learned/checkpoints/best.safetensors", "--run",
            "flatness", "--set", "steps=4", "--set", "seeds=1", "--set", "optimizees.0.hidden=[2]", "--set",
            "flatness={examples: 20, lanczos_steps: 2}", "--set", "slices={points: 2, plane_points: 2}", "--set", "resamples=1");

        Assert.All([trained, evaluated, analyzed], screen =>
        {
            Assert.Equal(0, screen.ExitCode);
            Assert.All(screen.Lines, line => Assert.InRange(line.Length, 0, Columns));
        });
        AssertProgress(trained, "meta-training [", "/12 ");
        AssertProgress(evaluated, "evaluating [", "/112 ");
        AssertProgress(analyzed, "analyzing [", "/44 ");
        Assert.Contains(evaluated.LastLines, line => line.StartsWith("optimizer  final_train_loss  final_test_loss  ", StringComparison.Ordinal));
        Assert.Contains(analyzed.LastLines, line => line.StartsWith("metric  ", StringComparison.Ordinal));
        Assert.Equal(["learned", "compared", "flatness"], new[] { trained, evaluated, analyzed }.Select(screen => screen.LastLines[^2]));
    }

    [Fact]
    public void ATableHasTheColumnsThatFitAndNamesTheOthers()
    {
        Assert.SkipUnless(PseudoTerminal.IsThere, "there is no `script` to make a terminal");
        _program.Write("compare.yaml", "name: c\noptimizers: [{kind: sgd}]\noptimizees: [{kind: rosenbrock}]\nsteps: 3\nseeds: 1\n");
        _program.Run("evaluate", "--config", "compare.yaml", "--run", "run", "--quiet");

        var screen = Run("table", "run", "curves");
        var piped = _program.Run(new Dictionary<string, string> { ["COLUMNS"] = "80" }, "table", "run", "curves");

        Assert.All(screen.Lines, line => Assert.InRange(line.Length, 0, Columns));
        Assert.StartsWith("optimizer  optimizee   seed  step  batch_loss", screen.Lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("seconds", screen.Lines[0], StringComparison.Ordinal);
        Assert.Contains("(curves has more columns than fit here: ", screen.Text, StringComparison.Ordinal);
        Assert.Contains("seconds;", screen.Text, StringComparison.Ordinal);
        Assert.EndsWith("  seconds", piped.Output.Split('\n')[0], StringComparison.Ordinal);
        Assert.DoesNotContain("fit here", piped.Output, StringComparison.Ordinal);
    }

    // What progress leaves is written over by a warning, which begins at the left and breaks between words.
    [Fact]
    public void AWarningTakesTheLineOfProgressWithoutARest()
    {
        Assert.SkipUnless(PseudoTerminal.IsThere, "there is no `script` to make a terminal");
        _program.Write("wild.yaml", """
            name: wild
            optimizers: [{kind: sgd, learning_rate: [1e3, 1e4]}]
            optimizees: [{kind: rosenbrock}]
            steps: 5
            seeds: 1
            """);

        var screen = Run("evaluate", "--config", "wild.yaml", "--run", "run");

        var lines = screen.LastLines.ToList();
        var warning = lines.FindIndex(line => line.StartsWith("warning: sgd on rosenbrock: every setting of its grid", StringComparison.Ordinal));
        Assert.InRange(warning, 0, lines.Count);
        Assert.StartsWith("  ", lines[warning + 1], StringComparison.Ordinal);
        Assert.All(screen.Lines, line => Assert.InRange(line.Length, 0, Columns));
    }

    [Fact]
    public void ALongDescriptionGoesOnInItsColumn()
    {
        var lines = _program.Run(new Dictionary<string, string> { ["COLUMNS"] = "80" }, "list", "metrics").Output.Split('\n');

        var first = Array.FindIndex(lines, line => line.StartsWith("  probes ", StringComparison.Ordinal));
        var column = lines[first].IndexOf("Products", StringComparison.Ordinal);
        Assert.InRange(first, 0, lines.Length);
        Assert.Equal(column, lines[first + 1].Length - lines[first + 1].TrimStart().Length);
        Assert.All(lines.Where(line => line.StartsWith(' ')), line => Assert.InRange(line.Length, 0, Columns));
    }

    // /dev/full takes no byte.
    [Fact]
    public void ProgressThatCannotBeShownIsSaidOnceAndEndsNothing()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "there is no /dev/full");
        _program.Write("compare.yaml", "name: c\noptimizers: [{kind: sgd}]\noptimizees: [{kind: rosenbrock}]\nsteps: 3\nseeds: 2\n");
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "sh",
            [
                "-c", "exec dotnet exec \"$0\" \"$@\" 2> /dev/full", Path.Combine(AppContext.BaseDirectory, "l2o.dll"), "evaluate",
                "--config", "compare.yaml", "--run", "run",
            ])
        {
            WorkingDirectory = _program.Folder,
            RedirectStandardOutput = true,
        }) ?? throw new InvalidOperationException("sh did not start");

        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.Equal((0, "run"), (process.ExitCode, output.TrimEnd().Split('\n')[^1]));
        Assert.Single(
            File.ReadAllLines(Path.Combine(_program.Folder, "run/log.txt")),
            line => line.Contains("Progress cannot be shown (", StringComparison.Ordinal));
    }

    private static void AssertProgress(Screen screen, string title, string count)
    {
        string[] reports = [.. screen.Lines.Where(line => line.StartsWith(title, StringComparison.Ordinal))];
        Assert.NotEmpty(reports);
        Assert.All(reports, report =>
        {
            Assert.Equal(Columns - 1, report.Length);
            Assert.Equal(reports[0].IndexOf(count, StringComparison.Ordinal), report.IndexOf(count, StringComparison.Ordinal));
        });
        Assert.Contains(reports, report => report.Contains($" {count[1..].Trim()}{count}", StringComparison.Ordinal));
    }

    private Screen Run(params string[] arguments) => PseudoTerminal.Run(_program.Folder, Columns, arguments);

    private static string Config(string name) => Path.Combine(Configs, name);
}
