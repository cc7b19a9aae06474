using System.Text.Json;
using System.Text.Json.Serialization;
using L2O.Errors;
using L2O.Storage;

namespace L2O.Runs;

/// <summary>progress.json: how far a comparison has come, so that it can go on.</summary>
internal static class ProgressFile
{
    internal const string FileName = "progress.json";

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    internal static string PathIn(string runDirectory) => Path.Combine(runDirectory, FileName);

    /// <summary>What a run directory says; null where no cell is done.</summary>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    internal static T? Read<T>(string runDirectory)
        where T : class
    {
        var path = PathIn(runDirectory);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), _json);
        }
        catch (JsonException e)
        {
            throw new CheckpointException($"{path}: is damaged ({e.Message}); start a new run", e);
        }
    }

    /// <exception cref="StorageException">It cannot be written; it stays as it was.</exception>
    internal static void Write<T>(RunDirectory directory, T progress) =>
        DurableFile.WriteText(directory.FilePath(FileName), JsonSerializer.Serialize(progress, _json));
}
