using System.Text.Json;
using L2O.Errors;
using L2O.Storage;

namespace L2O.Runs.Sweeps;

/// <summary>
/// sweep.json: the runs of a sweep, and how they belong together. With it tables and pages are made of the sweep's directory alone.
/// </summary>
public sealed record SweepIndex
{
    /// <summary>The file's name in a sweep's directory.</summary>
    public const string FileName = "sweep.json";

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The sweep's name.</summary>
    public required string Name { get; init; }

    /// <summary>The sweep's file, as it was given.</summary>
    public required string File { get; init; }

    /// <summary>What the arms are compared with: one of them, or an optimizer of the evaluate configs; null for nothing.</summary>
    public string? Reference { get; init; }

    /// <summary>Trainings first, then evaluations, then analyses.</summary>
    public required IReadOnlyList<SweepRun> Runs { get; init; }

    /// <summary>Names of the arms, in the order of the sweep; none where nothing is trained.</summary>
    public IReadOnlyList<string> Arms() => [.. Runs.Select(run => run.Arm).OfType<string>().Distinct()];

    /// <summary>Whether a directory is a sweep's.</summary>
    public static bool IsIn(string directory) => System.IO.File.Exists(Path.Combine(directory, FileName));

    /// <summary>What a sweep's directory says.</summary>
    /// <exception cref="ConfigException">It holds no sweep.</exception>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    public static SweepIndex Read(string directory)
    {
        var path = Path.Combine(directory, FileName);
        if (!System.IO.File.Exists(path))
        {
            throw new ConfigException($"{directory}: holds no sweep; choose a directory with a {FileName}");
        }

        try
        {
            return JsonSerializer.Deserialize<SweepIndex>(System.IO.File.ReadAllText(path), _json)
                ?? throw new JsonException("it is null");
        }
        catch (Exception e) when (e is JsonException || StorageException.IsFileSystem(e))
        {
            throw new CheckpointException(
                $"{path}: does not describe a sweep ({e.Message.TrimEnd('.')}); l2o sweep prepare writes it anew", e);
        }
    }

    /// <summary>Writes the file, unless it says the same already.</summary>
    /// <exception cref="StorageException">It cannot be written; it stays as it was.</exception>
    internal void Write(string directory)
    {
        var path = Path.Combine(directory, FileName);
        var text = JsonSerializer.Serialize(this, _json) + "\n";
        if (!System.IO.File.Exists(path) || System.IO.File.ReadAllText(path) != text)
        {
            DurableFile.WriteText(path, text);
        }
    }
}

/// <summary>One run of a sweep.</summary>
public sealed record SweepRun
{
    /// <summary>Counted from the sweep's directory, with slashes: train/none-s1, evaluate/unseen/none-s1.</summary>
    public required string Directory { get; init; }

    /// <summary>The command: train, evaluate or analyze.</summary>
    public required string Kind { get; init; }

    /// <summary>The name of its config.</summary>
    public required string Config { get; init; }

    /// <summary>
    /// The arm of what is trained or judged: trainings that differ in their seed alone. Null where a config's own optimizers are
    /// judged, once for all arms.
    /// </summary>
    public string? Arm { get; init; }

    /// <summary>Seed of the training; null where there is none.</summary>
    public long? MetaSeed { get; init; }

    /// <summary>Directory of the training that is judged; null of a training, and of a config's own optimizers.</summary>
    public string? Of { get; init; }

    /// <summary>What follows `l2o` on the command line, from the directory in which the sweep was prepared.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The run's directory.</summary>
    /// <param name="sweepDirectory">The sweep's.</param>
    public string PathIn(string sweepDirectory) => Path.Combine(sweepDirectory, Directory.Replace('/', Path.DirectorySeparatorChar));
}
