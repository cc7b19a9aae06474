using L2O.Errors;
using L2O.Storage;

namespace L2O.Checkpoints;

/// <summary>Checkpoints as users name them: a file, a run directory, or an optimizer that comes along.</summary>
internal static class CheckpointSource
{
    /// <summary>The file or the pretrained optimizer that is meant: of a directory its best, else its newest; null without any.</summary>
    public static string? Find(string given) =>
        Pretrained.IsName(given) || !Directory.Exists(given) ? given : CheckpointFolder.BestIn(given);

    /// <summary>What it holds, and the SHA-256 of its bytes.</summary>
    /// <exception cref="CheckpointException">It is missing or damaged, or a directory.</exception>
    internal static (SafetensorsFile File, string Sha256) Read(string source)
    {
        if (Pretrained.IsName(source))
        {
            using var stream = Pretrained.Open(source);
            return Safetensors.ReadWithChecksum(stream, source);
        }

        if (Directory.Exists(source))
        {
            var example = CheckpointFolder.BestIn(source) is { } best ? $", for instance {best}" : "; there is no checkpoint in it";
            throw new CheckpointException($"{source}: is a directory; name a file{example}");
        }

        return Safetensors.ReadWithChecksum(source);
    }

    /// <summary>What it says about itself.</summary>
    /// <exception cref="CheckpointException">It is missing or damaged, or a directory.</exception>
    internal static IReadOnlyDictionary<string, string> Metadata(string source) =>
        Pretrained.IsName(source) ? Pretrained.Metadata(source) : Safetensors.ReadMetadata(source);

    /// <summary>The SHA-256 of its bytes; null where there is no such file.</summary>
    public static string? Sha256Of(string source)
    {
        if (!Pretrained.IsName(source) && !File.Exists(source))
        {
            return null;
        }

        using var stream = Pretrained.IsName(source) ? Pretrained.Open(source) : File.OpenRead(source);
        return Sha256.Of(stream);
    }
}
