using L2O.Errors;
using L2O.Storage;

namespace L2O.Checkpoints;

/// <summary>A checkpoint that was found.</summary>
/// <param name="File">Its content; the tensors belong to the scope in which it was read.</param>
/// <param name="Path">Which of the files it is.</param>
/// <param name="Warning">For the log: why it is not the newest; null where it is.</param>
internal sealed record FoundCheckpoint(SafetensorsFile File, string Path, string? Warning);

/// <summary>The newest checkpoint of a run and the one before it, so that damage to a file costs minutes, not the run.</summary>
/// <param name="path">An existing folder.</param>
internal sealed class CheckpointFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>The newest.</summary>
    public string LatestPath => System.IO.Path.Combine(path, "latest.safetensors");

    /// <summary>The one before the newest.</summary>
    public string PreviousPath => System.IO.Path.Combine(path, "previous.safetensors");

    /// <summary>The one that did best on Validation.</summary>
    public string BestPath => System.IO.Path.Combine(path, "best.safetensors");

    private string DamagedPath => System.IO.Path.Combine(path, "damaged.safetensors");

    /// <summary>The best checkpoint of a run directory or of its folder of checkpoints, else the newest; null without any.</summary>
    public static string? BestIn(string directory) =>
        new[] { directory, System.IO.Path.Combine(directory, "checkpoints") }.Select(path => new CheckpointFolder(path))
            .SelectMany(folder => new[] { folder.BestPath, folder.LatestPath, folder.PreviousPath })
            .FirstOrDefault(File.Exists);

    /// <summary>Saves the newest, and keeps the one that was.</summary>
    /// <exception cref="StorageException">It cannot be written; what was there can still be loaded.</exception>
    public void SaveLatest(SafetensorsFile checkpoint)
    {
        var next = LatestPath + ".next";
        Safetensors.Write(next, checkpoint.Tensors, checkpoint.Metadata);

        // A kill between the two renames leaves the previous one, which is the last that any caller knew to be saved.
        if (File.Exists(LatestPath))
        {
            DurableFile.Move(LatestPath, PreviousPath);
        }

        DurableFile.Move(next, LatestPath);
    }

    /// <summary>Saves the one that did best.</summary>
    /// <exception cref="StorageException">It cannot be written; it stays as it was.</exception>
    public void SaveBest(SafetensorsFile checkpoint) =>
        Safetensors.Write(BestPath, checkpoint.Tensors, checkpoint.Metadata);

    /// <summary>
    /// Loads the newest, or the one before it if that is damaged. The damaged file is set aside, so that it never takes
    /// the place of a good one.
    /// </summary>
    /// <returns>Null where none was ever saved.</returns>
    /// <exception cref="CheckpointException">All there are are damaged.</exception>
    public FoundCheckpoint? LoadLatest()
    {
        if (!File.Exists(LatestPath))
        {
            return File.Exists(PreviousPath) ? new(Safetensors.Read(PreviousPath), PreviousPath, Warning: null) : null;
        }

        try
        {
            return new(Safetensors.Read(LatestPath), LatestPath, Warning: null);
        }
        catch (CheckpointException e) when (File.Exists(PreviousPath))
        {
            var previous = Safetensors.Read(PreviousPath);
            DurableFile.Move(LatestPath, DamagedPath);
            return new(previous, PreviousPath, $"{e.Message}; going on from {PreviousPath}, the other is now {DamagedPath}");
        }
    }
}
