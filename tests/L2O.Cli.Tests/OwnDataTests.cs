using L2O.Cli.Tests.Support;
using L2O.Tests.Support;
using SkiaSharp;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>Training, evaluating and going on with files of one's own.</summary>
public sealed class OwnDataTests : IDisposable
{
    private const string Learn = """
        name: learn
        optimizer: {kind: dm, hidden: [4]}
        optimizees: [{kind: mlp, data: DATA, hidden: [4], batch_size: 8}]
        meta: {iterations: 2, steps: 10, unroll: 5}
        validation: {every: 1, episodes: 1}
        """;

    private const string Compare = """
        name: compare
        optimizers: [{kind: adam, learning_rate: 0.03}]
        optimizees: [{kind: mlp, data: DATA, hidden: [4], batch_size: 8}]
        steps: 60
        seeds: 1
        """;

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    // Dark and light squares, which are easy to tell apart.
    [Fact]
    public void AFolderOfImagesTrainsAndEvaluates()
    {
        foreach (var i in Enumerable.Range(0, 20))
        {
            WriteImage($"squares/dark/{i}.png", (byte)(5 * i));
            WriteImage($"squares/light/{i}.png", (byte)(255 - (5 * i)));
        }

        var trained = Run("train", Learn, "{kind: images, path: squares, test_share: 0.2}", "--run", "trained");
        var compared = Run("evaluate", Compare, "{kind: images, path: squares, test_share: 0.2}", "--run", "compared", "--checkpoint", "trained");

        Assert.Equal(0, trained.ExitCode);
        Assert.Contains(
            $"{Path.Combine(_program.Folder, "squares")}: images of 1 x 4 x 4 in 2 classes, 28 to train on, 4 to validate and 8 to test",
            File.ReadAllText(Path.Combine(_program.Folder, "trained/log.txt")),
            StringComparison.Ordinal);
        Assert.Contains("\"squares/images\": \"", File.ReadAllText(Path.Combine(_program.Folder, "trained/run.json")), StringComparison.Ordinal);
        Assert.Equal(0, compared.ExitCode);
        Assert.Contains(
            File.ReadAllLines(Path.Combine(_program.Folder, "compared/summary.csv")),
            line => line.StartsWith("adam,mlp squares batch_size=8 4,final_test_accuracy,1,", StringComparison.Ordinal));
    }

    // A folder may be moved; its files may not change.
    [Fact]
    public void ArraysTrainAndARunGoesOnWhileTheyStayTheSame()
    {
        Write("arrays/train_images.npy", NpyBytes.Images(40));
        Write("arrays/train_labels.npy", NpyBytes.Labels([.. Enumerable.Range(0, 40).Select(i => i < 20 ? 0L : 1)]));
        Assert.Equal(0, Run("train", Learn, "{kind: npy, path: arrays}", "--run", "run").ExitCode);

        Directory.CreateDirectory(Path.Combine(_program.Folder, "moved"));
        Directory.Move(Path.Combine(_program.Folder, "arrays"), Path.Combine(_program.Folder, "moved/arrays"));
        var moved = Run("train", Learn, "{kind: npy, path: moved/arrays}", "--run", "run", "--resume");
        Write("moved/arrays/train_labels.npy", NpyBytes.Labels([.. Enumerable.Range(0, 40).Select(i => i < 21 ? 0L : 1)]));
        var changed = Run("train", Learn, "{kind: npy, path: moved/arrays}", "--run", "run", "--resume");
        File.Delete(Path.Combine(_program.Folder, "moved/arrays/train_labels.npy"));
        var damaged = Run("train", Learn, "{kind: npy, path: moved/arrays}", "--run", "other");

        Assert.Equal(0, moved.ExitCode);
        Assert.Equal(2, changed.ExitCode);
        Assert.Contains("data arrays/train_labels.npy was ", changed.Error, StringComparison.Ordinal);
        Assert.Equal(3, damaged.ExitCode);
        Assert.EndsWith(
            "moved/arrays/train_images.npy: there is no train_labels.npy beside it; add the labels of these images", damaged.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_program.Folder, "other")));
    }

    private Result Run(string command, string config, string data, params string[] arguments) => _program.Run(
        [command, _program.Write($"{command}.yaml", config.Replace("DATA", data, StringComparison.Ordinal)), "--quiet", .. arguments]);

    private void Write(string name, byte[] content)
    {
        _program.Write(name, "");
        File.WriteAllBytes(Path.Combine(_program.Folder, name), content);
    }

    private void WriteImage(string name, byte shade)
    {
        using SKBitmap bitmap = new(4, 4, SKColorType.Gray8, SKAlphaType.Opaque);
        bitmap.GetPixelSpan().Fill(shade);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        Write(name, data.ToArray());
    }
}
