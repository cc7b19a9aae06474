using L2O.Data;
using L2O.Options;

namespace L2O.Optimizees.Networks;

/// <summary>Options that every network shares.</summary>
public abstract record NetworkOptions : OptimizeeOptions
{
    /// <summary>The data set: a name, or a map that says where files of one's own are; `l2o list datasets` has both.</summary>
    [OneOf(Family.Dataset)]
    public required DataSource Data { get; init; }

    /// <summary>Examples in a minibatch.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Pixels of height and width that images are averaged to, area by area; as they are where absent.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Whether images have one channel, the mean of their own.</summary>
    public bool Grayscale { get; init; }

    /// <summary>Training examples, of which each instance draws its own; all of Train where absent. Other splits stay whole.</summary>
    public int? TrainExamples { get; init; }

    /// <summary>Share of an instance's training examples that have a wrong label. Other splits stay as they are.</summary>
    public double LabelNoise { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. base.Problems(), .. Require.AtLeast("batch_size", BatchSize, 1),
        .. ImageSize is { } size ? Require.AtLeast("image_size", size, 1) : [],
        .. TrainExamples is { } count ? Require.AtLeast("train_examples", count, 1) : [],
        .. Require.Fraction("label_noise", LabelNoise),
    ];
}
