using L2O.Options;

namespace L2O.Optimizers;

/// <summary>Options of an optimizer that was meta-trained before; what it is stands in its checkpoint.</summary>
public sealed record CheckpointOptions : IOptions
{
    /// <summary>The checkpoint file, or `pretrained:NAME`.</summary>
    [FilePath(IsCheckpoint = true)]
    public required string Path { get; init; }

    /// <summary>What takes the place of the learning rate that it was trained with, of kinds that have one.</summary>
    public double? LearningRate { get; init; }

    /// <summary>What takes the place of the schedule that it was trained with, of kinds that have a learning rate.</summary>
    public ScheduleOptions? Schedule { get; init; }

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.That(Path.Length > 0, "path", "is empty; name a file, or pretrained:NAME"),
        .. LearningRate is { } rate ? Require.Positive("learning_rate", rate) : [],
    ];
}
