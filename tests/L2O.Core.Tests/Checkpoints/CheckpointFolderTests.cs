using System.Globalization;
using L2O.Checkpoints;
using L2O.Errors;
using L2O.Storage;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Checkpoints;

public sealed class CheckpointFolderTests
{
    [Fact]
    public void NothingSavedIsNothingLoaded()
    {
        using var folder = new TemporaryFolder();

        Assert.Null(new CheckpointFolder(folder.Root).LoadLatest());
    }

    [Fact]
    public void TheNewestIsLoadedAndTheOneBeforeItKept()
    {
        using var folder = new TemporaryFolder();
        var checkpoints = new CheckpointFolder(folder.Root);

        Save(checkpoints, 1, 2, 3);

        Assert.Equal((3, null), Loaded(checkpoints));
        Assert.Equal(2, Iteration(Safetensors.Read(checkpoints.PreviousPath)));
        Assert.Equal(2, Directory.GetFiles(folder.Root).Length);
    }

    [Fact]
    public void ADamagedNewestFallsBackWithAWarningAndNeverReplacesAGoodOne()
    {
        using var folder = new TemporaryFolder();
        var checkpoints = new CheckpointFolder(folder.Root);
        Save(checkpoints, 1, 2);
        Truncate(checkpoints.LatestPath);

        var (iteration, warning) = Loaded(checkpoints);
        Save(checkpoints, 2);

        Assert.Equal(1, iteration);
        Assert.Contains("latest.safetensors: has ", warning, StringComparison.Ordinal);
        Assert.Contains("going on from", warning, StringComparison.Ordinal);
        Assert.Equal((2, null), Loaded(checkpoints));
        Assert.Equal(1, Iteration(Safetensors.Read(checkpoints.PreviousPath)));
    }

    [Fact]
    public void AKillBetweenTheTwoRenamesLosesNothing()
    {
        using var folder = new TemporaryFolder();
        var checkpoints = new CheckpointFolder(folder.Root);
        Save(checkpoints, 1, 2);
        File.Move(checkpoints.LatestPath, checkpoints.PreviousPath, overwrite: true);

        Assert.Equal((2, null), Loaded(checkpoints));
        Save(checkpoints, 3);

        Assert.Equal((3, null), Loaded(checkpoints));
        Assert.Equal(2, Iteration(Safetensors.Read(checkpoints.PreviousPath)));
    }

    [Fact]
    public void TwoDamagedOnesAreAnError()
    {
        using var folder = new TemporaryFolder();
        var checkpoints = new CheckpointFolder(folder.Root);
        Save(checkpoints, 1, 2);
        Truncate(checkpoints.LatestPath);
        Truncate(checkpoints.PreviousPath);

        Assert.Throws<CheckpointException>(() => checkpoints.LoadLatest());
        Assert.True(File.Exists(checkpoints.LatestPath));
    }

    [Fact]
    public void ASaveThatFailsLeavesBothAsTheyWere()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var checkpoints = new CheckpointFolder(folder.Root);
        Save(checkpoints, 1, 2);
        Directory.CreateDirectory(checkpoints.LatestPath + ".next.tmp");

        Assert.Throws<StorageException>(() => Save(checkpoints, 3));

        Assert.Equal((2, null), Loaded(checkpoints));
        Assert.Equal(1, Iteration(Safetensors.Read(checkpoints.PreviousPath)));
    }

    private static (long Iteration, string? Warning) Loaded(CheckpointFolder checkpoints)
    {
        using var scope = NewDisposeScope();
        var (file, path, warning) = checkpoints.LoadLatest() ?? throw new FileNotFoundException();
        Assert.True(File.Exists(path));
        return (Iteration(file), warning);
    }

    private static long Iteration(SafetensorsFile file) => long.Parse(file.Metadata["iteration"], CultureInfo.InvariantCulture);

    private static void Save(CheckpointFolder checkpoints, params long[] iterations)
    {
        using var scope = NewDisposeScope();
        foreach (var iteration in iterations)
        {
            checkpoints.SaveLatest(new([("a", ones(3))], new Dictionary<string, string> { ["iteration"] = $"{iteration}" }));
        }
    }

    private static void Truncate(string path)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(file.Length - 1);
    }
}
