using L2O.Data;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Optimizees.Networks;

/// <summary>
/// The training examples of an instance: all of Train, or some of them, with some of their labels wrong. Each instance draws its own
/// from its own stream. Validation and Test stay as they are.
/// </summary>
/// <param name="Count">How many; null for all.</param>
/// <param name="LabelNoise">The share of them, rounded to whole examples, that have another label than their own.</param>
public sealed record TrainingSet(int? Count, double LabelNoise)
{
    /// <summary>All examples, as they are.</summary>
    public static TrainingSet Whole { get; } = new(Count: null, LabelNoise: 0);

    /// <summary>The examples of one instance, which owns them; null where they are those of the data set.</summary>
    /// <param name="train">At least as many as are asked for.</param>
    /// <param name="classCount">Labels are 0 to classCount - 1.</param>
    /// <param name="streams">Of the instance.</param>
    internal Examples? Draw(Examples train, int classCount, RandomStreams streams)
    {
        if (Count is null && LabelNoise == 0)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var generator = streams.Generator("training_set");
        var chosen = randperm(train.Count, dtype: int64, generator: generator).narrow(0, 0, Count ?? train.Count);
        var inputs = Count is null ? train.Inputs.alias() : train.Inputs.index_select(0, chosen.to(train.Inputs.device));
        var labels = Count is null ? train.Labels.clone() : train.Labels.index_select(0, chosen.to(train.Labels.device));
        var wrongCount = (long)Math.Round(LabelNoise * labels.shape[0]);
        var wrong = randperm(labels.shape[0], dtype: int64, generator: generator).narrow(0, 0, wrongCount).to(labels.device);
        var others = randint(1, classCount, wrongCount, dtype: int64, generator: generator).to(labels.device);
        labels[wrong] = (labels.index_select(0, wrong) + others).remainder(classCount);
        return new(inputs, labels);
    }
}
