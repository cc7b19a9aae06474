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

    /// <summary>What a run directory says; null where no cell is done.</summary>
    /// <exception cref="CheckpointException">The file is damaged.</exception>
    internal static T? Read<T>(string runDirectory)
        where T : class
    {
        var path = Path.Combine(runDirectory, FileName);
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

    /// <summary>Makes sure that cells which are done are those that a config has in their places.</summary>
    /// <param name="runDirectory">Of the run that did them.</param>
    /// <param name="done">Place, optimizer and optimizee of each.</param>
    /// <param name="cells">Optimizer and optimizee of each of the config's, in their order.</param>
    /// <exception cref="ConfigException">One is another.</exception>
    internal static void Check(
        string runDirectory,
        IEnumerable<(int Index, string Optimizer, string Optimizee)> done,
        IReadOnlyList<(string Optimizer, string Optimizee)> cells)
    {
        foreach (var (index, optimizer, optimizee) in done)
        {
            if (index >= cells.Count || cells[index] != (optimizer, optimizee))
            {
                var now = index < cells.Count ? $"{cells[index].Optimizer} on {cells[index].Optimizee}" : "nothing";
                throw new ConfigException(
                    $"{Path.Combine(runDirectory, FileName)}: {optimizer} on {optimizee} is done, where the config now has {now}; "
                    + "start a new run");
            }
        }
    }

    /// <exception cref="StorageException">It cannot be written; it stays as it was.</exception>
    internal static void Write<T>(RunDirectory directory, T progress) =>
        DurableFile.WriteText(directory.FilePath(FileName), JsonSerializer.Serialize(progress, _json));
}
