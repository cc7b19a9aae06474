using System.Diagnostics;
using L2O.Cli.Tests.Support;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>Files that other programs made or changed: what is legal is read, what is not is called what it is.</summary>
public sealed class ForeignFilesTests : IDisposable
{
    private const string Learn = """
        name: learn
        optimizer: {kind: dm, hidden: [4], preprocessing: none}
        optimizees: [{kind: quadratic, dimension: 3, instances: 8}]
        meta: {iterations: 2, steps: 10, unroll: 5}
        validation: {every: 1, episodes: 1}
        checkpoint_seconds: 1e9
        """;

    private const string OnMnist = """
        name: compare
        optimizers: [{kind: sgd}]
        optimizees: [{kind: mlp, data: mnist, hidden: [], batch_size: 4}]
        steps: 2
        seeds: 1
        """;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    // As a spreadsheet saves it, with what the message says to undo that.
    [Fact]
    public void ATableThatASpreadsheetSavedIsShownAndNotGoneOnWith()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sed is on other systems");
        Assert.Equal(0, Train().ExitCode);
        var shown = _program.Run("table", "run", "meta").Output;
        var before = Read("run/meta.csv");
        var saved = "\uFEFF" + before.Replace("\n", "\r\n", StringComparison.Ordinal);
        _program.Write("run/meta.csv", saved);

        var resumed = Train("--resume");
        var verified = _program.Run("verify", "run");

        const string sentence = "run/meta.csv: has a byte order mark and CRLF line ends, which an editor or a spreadsheet adds; "
            + "take this out again, for instance by: ";
        Assert.Equal(shown, _program.Run("table", "run", "meta").Output);
        Assert.Equal(3, resumed.ExitCode);
        Assert.StartsWith($"error: {sentence}", resumed.Error, StringComparison.Ordinal);
        Assert.Contains($"FAILED {sentence}", verified.Output, StringComparison.Ordinal);
        var remedy = resumed.Error[(resumed.Error.LastIndexOf(sentence, StringComparison.Ordinal) + sentence.Length)..].Split('\n')[0];
        using (var shell = Process.Start(new ProcessStartInfo("sh", ["-c", remedy]) { WorkingDirectory = _program.Folder }))
        {
            shell?.WaitForExit();
        }

        Assert.Equal(before, Read("run/meta.csv"));
        Assert.Equal(0, Train("--resume").ExitCode);
    }

    [Fact]
    public void ARunWhoseTextsAnEditorSavedWithOtherLineEndsIsTheSameRun()
    {
        Assert.Equal(0, Train().ExitCode);
        foreach (var name in new[] { "run/config.yaml", "run/run.json" })
        {
            _program.Write(name, "\uFEFF" + Read(name).Replace("\n", "\r\n", StringComparison.Ordinal));
        }

        Assert.Equal(0, _program.Run("verify", "run").ExitCode);
        Assert.Equal(0, Train("--resume").ExitCode);
    }

    [Fact]
    public void APickleIsNoCheckpointAndIsCalledAPickle()
    {
        File.WriteAllBytes(Path.Combine(_program.Folder, "model.pt"), [0x80, 3, .. "}q\0X"u8, 4, 0, 0, 0, .. "stepq"u8]);
        _program.Write("compare.yaml", OnMnist.Replace("mlp, data: mnist, hidden: [], batch_size: 4", "bowl", StringComparison.Ordinal));

        Assert.Equal(
            new Result(
                3,
                "",
                $"error: {Path.Combine(_program.Folder, "model.pt")}: is a Python pickle, as torch.save and pickle.dump write, expected safetensors as l2o train writes "
                + "them; name a checkpoint of a run, for instance RUN/checkpoints/best.safetensors"),
            _program.Run("evaluate", "--config", "compare.yaml", "--run", "run", "--checkpoint", "model.pt"));
    }

    [Fact]
    public void DataOfOthersUnderAKnownNameIsUsedWithAWarning()
    {
        WriteMnist(trainCount: 60_000, testCount: 10_000);

        var result = Evaluate();

        Assert.Equal(0, result.ExitCode);
        const string sentence = "other bytes than those published as mnist; results on other data are not comparable";
        Assert.Single(result.Error.Split('\n'), line => line.Contains(sentence, StringComparison.Ordinal));
        Assert.Single(Read("run/log.txt").Split('\n'), line => line.Contains(sentence, StringComparison.Ordinal));
        Assert.Contains("data/mnist/train-labels-idx1-ubyte.gz, ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void DataOfAnotherSizeIsNotToldToBeDeleted()
    {
        WriteMnist(trainCount: 6_000, testCount: 1_000);

        var result = Evaluate();

        Assert.Equal(3, result.ExitCode);
        Assert.EndsWith(
            "train-images-idx3-ubyte.gz: holds 6000 images of 28x28, expected 60000 of 28x28; if it is data of your own, keep it, "
            + "and name another folder for mnist by --data-dir or L2O_DATA_DIR (l2o data fetch mnist fills that)",
            result.Error,
            StringComparison.Ordinal);
    }

    private Result Train(params string[] more)
    {
        _program.Write("learn.yaml", Learn);
        return _program.Run(["train", "--config", "learn.yaml", "--run", "run", "--quiet", .. more]);
    }

    private Result Evaluate()
    {
        _program.Write("compare.yaml", OnMnist);
        return _program.Run("evaluate", "--config", "compare.yaml", "--run", "run", "--data-dir", "data", "--quiet");
    }

    // The labels in two members, as `(head -c 3000 labels | gzip; tail -c +3001 labels | gzip)` packs them.
    private void WriteMnist(int trainCount, int testCount)
    {
        foreach (var (name, count) in new[] { ("train", trainCount), ("t10k", testCount) })
        {
            var labels = DataFiles.Idx([(uint)count], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]);
            Write($"data/mnist/{name}-images-idx3-ubyte.gz", DataFiles.Gzip(DataFiles.Idx([(uint)count, 28, 28], new byte[count * 28 * 28])));
            Write(
                $"data/mnist/{name}-labels-idx1-ubyte.gz",
                [.. DataFiles.Gzip(labels[..(count / 2)]), .. DataFiles.Gzip(labels[(count / 2)..]), 0, 0]);
        }
    }

    private void Write(string name, byte[] content) => File.WriteAllBytes(Path.Combine(_program.Folder, _program.Write(name, "")), content);

    private string Read(string name) => File.ReadAllText(Path.Combine(_program.Folder, name));
}
