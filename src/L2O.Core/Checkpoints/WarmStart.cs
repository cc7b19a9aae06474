using System.Text.Json.Nodes;
using L2O.Errors;
using L2O.Options;
using L2O.Registration;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Checkpoints;

/// <summary>Trained parameters that a meta-training starts from.</summary>
/// <param name="Path">Of the checkpoint.</param>
/// <param name="Sha256">Of the file as it was read.</param>
/// <param name="Phi">[P].</param>
/// <param name="Differences">Options that are others in the checkpoint: "output_scale was 0.1, is 0.03".</param>
public sealed record WarmStart(string Path, string Sha256, IReadOnlyList<double> Phi, IReadOnlyList<string> Differences)
{
    /// <summary>What it is, for a log.</summary>
    public string Sentence => Differences.Count == 0
        ? $"Starts from {Path}, which has the same options"
        : $"Starts from {Path}, where {string.Join(", ", Differences)}";

    /// <summary>Reads a checkpoint's parameters for an optimizer with options of its own, where their names and shapes are the same.</summary>
    /// <exception cref="CheckpointException">It is missing or damaged, or holds another kind, or other shapes.</exception>
    public static WarmStart Load(string path, IOptions options)
    {
        using var scope = NewDisposeScope();
        var (file, sha256) = CheckpointSource.Read(path);
        CheckpointValues values = new(path, file, new TensorOptions(CPU, float64));
        var trained = OptionsJson.Read(path, values.Word("optimizer"));
        if (trained.GetType() != options.GetType())
        {
            throw new CheckpointException(
                $"{path}: holds a {Registry.KindOf(trained)}, and {Registry.KindOf(options)} is to be trained; choose another checkpoint, or that kind");
        }

        var phi = values.Phi(Registry.MakeLearned(options).PhiLayout);
        return new(path, sha256, phi.data<double>().ToArray(), DifferencesOf(trained, options));
    }

    private static string[] DifferencesOf(IOptions then, IOptions now)
    {
        var (before, after) = (Keys(then), Keys(now));
        return
        [
            .. before.Where(entry => entry.Value != after.GetValueOrDefault(entry.Key))
                .Select(entry => $"{entry.Key} was {entry.Value}, is {after.GetValueOrDefault(entry.Key)}"),
        ];
    }

    private static Dictionary<string, string> Keys(IOptions options) => (JsonNode.Parse(OptionsJson.Write(options))?.AsObject() ?? [])
        .ToDictionary(entry => entry.Key, entry => entry.Value?.ToJsonString() ?? "null");
}
