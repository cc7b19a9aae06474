using L2O.Checkpoints;

namespace L2O.Runs;

/// <summary>A copy of a run that can go on while the run itself stays as it is; gone when disposed.</summary>
internal sealed class ScratchRun : IDisposable
{
    private ScratchRun(string path) => Path = path;

    internal string Path { get; }

    internal CheckpointFolder Checkpoints => new(FilePath("checkpoints"));

    /// <summary>Copies what describes the run, its progress and its tables; no checkpoint.</summary>
    internal static ScratchRun Of(string run)
    {
        ScratchRun scratch = new(Directory.CreateTempSubdirectory("l2o-verify-").FullName);
        Directory.CreateDirectory(scratch.Checkpoints.Path);
        string[] files =
        [
            .. new[] { RunInfo.FileName, RunDirectory.ConfigName, ProgressFile.FileName }
                .Select(name => System.IO.Path.Combine(run, name)).Where(File.Exists),
            .. Directory.EnumerateFiles(run, "*.csv"),
        ];
        foreach (var file in files)
        {
            File.Copy(file, scratch.FilePath(System.IO.Path.GetFileName(file)));
        }

        return scratch;
    }

    internal string FilePath(string name) => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Path, recursive: true);
}
