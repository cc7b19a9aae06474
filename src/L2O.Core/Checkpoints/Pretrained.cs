using L2O.Errors;
using L2O.Options;
using L2O.Storage;

namespace L2O.Checkpoints;

/// <summary>Trained optimizers that come with the library: `pretrained:NAME` is their checkpoint wherever one is named.</summary>
public static class Pretrained
{
    private const string Prefix = FilePathAttribute.PretrainedPrefix;
    private const string Extension = ".safetensors";

    /// <summary>All there are, as they are named, in order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(Pretrained).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[..^Extension.Length]).Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether a text names one, known or not, rather than a file.</summary>
    public static bool IsName(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>A name without what tells it from a file's.</summary>
    public static string ShortName(string name) => name[Prefix.Length..];

    /// <summary>What is wrong with what names a checkpoint, in words that follow it; null of a file, and of an optimizer that there is.</summary>
    public static string? Problem(string checkpoint) =>
        !IsName(checkpoint) || Names.Contains(checkpoint) ? null : $"is none of the optimizers that come along; choose {string.Join(", ", Names)}";

    /// <summary>What a checkpoint says about itself: its options, config, command, commit and Validation score.</summary>
    /// <exception cref="CheckpointException">There is no such optimizer.</exception>
    public static IReadOnlyDictionary<string, string> Metadata(string name)
    {
        using var stream = Open(name);
        return SafetensorsHeader.Read(stream, name).Metadata;
    }

    /// <summary>Its bytes.</summary>
    /// <exception cref="CheckpointException">There is no such optimizer.</exception>
    internal static Stream Open(string name) => typeof(Pretrained).Assembly.GetManifestResourceStream(name + Extension)
        ?? throw new CheckpointException($"{name} {Problem(name)}");
}
