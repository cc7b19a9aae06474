using L2O.Options;

namespace L2O.Optimizers;

/// <summary>Options of an optimizer that was meta-trained before; what it is stands in its checkpoint.</summary>
public sealed record CheckpointOptions : IOptions
{
    /// <summary>The checkpoint file, or `pretrained:NAME`.</summary>
    [FilePath(IsCheckpoint = true)]
    public required string Path { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() => Require.That(Path.Length > 0, "path", "is empty; name a file, or pretrained:NAME");
}
