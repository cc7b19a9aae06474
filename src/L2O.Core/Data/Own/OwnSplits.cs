using L2O.Errors;
using L2O.Randomness;
using L2O.Tensors;
using static TorchSharp.torch;

namespace L2O.Data.Own;

/// <summary>What files of one's own hold of each split.</summary>
/// <param name="Train">Also what is held out for the others, where they have no files.</param>
/// <param name="Validation">Null where there are no files of its own.</param>
/// <param name="Test">Null where there are no files of its own.</param>
internal sealed record OwnSplits(OwnExamples Train, OwnExamples? Validation, OwnExamples? Test)
{
    /// <summary>Reads one split after the other.</summary>
    /// <param name="read">Null where a split has no files.</param>
    /// <param name="folder">What the message about missing files names.</param>
    /// <param name="expected">The files that there must be at least.</param>
    /// <exception cref="DatasetException">There are none to train on.</exception>
    internal static OwnSplits Read(Func<Split, OwnExamples?> read, string folder, string expected) => new(
        read(Split.Train) ?? throw new DatasetException($"{folder}: holds no {expected}; put them there, or check data.kind and data.path"),
        read(Split.Validation),
        read(Split.Test));

    /// <summary>The examples as a data set, which the caller owns.</summary>
    /// <exception cref="DatasetException">The splits do not go together, or there is nothing to hold out.</exception>
    internal Dataset Place(OwnData options, TensorOptions tensorOptions)
    {
        var classCount = Train.ClassCount();
        Validation?.RequireLike(Train, classCount);
        Test?.RequireLike(Train, classCount);
        var (train, validation, test) = Indices(
            Train.Labels,
            classCount,
            Validation is null ? options.ValidationShare : 0,
            Test is null ? options.TestShare : 0,
            RandomStreams.FromSeed(options.SplitSeed).At("own_data"));
        Examples Part(OwnExamples? own, long[] heldOut, string name) => (own, heldOut) switch
        {
            ({ } all, _) => LabelledImages.Place(all.Images, tensor(all.Labels), tensorOptions),
            (null, []) => throw new DatasetException(
                $"{options.Path}: no class has enough images to hold one out for {name}; add images, or files for {name}"),
            _ => Chosen(heldOut, tensorOptions),
        };
        return new(options.Name, classCount, Chosen(train, tensorOptions), Part(Validation, validation, "validation"), Part(Test, test, "test"));
    }

    /// <summary>
    /// Which images are trained on and which are held out, all in an order drawn once: of each class the shares, rounded, but at
    /// least one image for each split as long as one is left to train on.
    /// </summary>
    internal static (long[] Train, long[] Validation, long[] Test) Indices(
        long[] labels, int classCount, double validationShare, double testShare, RandomStreams streams)
    {
        var order = Enumerable.Range(0, labels.Length).ToArray();
        var random = streams.Scalars();
        for (var i = order.Length - 1; i > 0; i--)
        {
            var j = random.NextInt32(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        var counts = new int[classCount];
        foreach (var label in labels)
        {
            counts[label]++;
        }

        var test = counts.Select(count => HeldOut(count, count, testShare)).ToArray();
        var validation = counts.Select((count, i) => HeldOut(count, count - test[i], validationShare)).ToArray();
        Dictionary<Split, List<long>> parts = new() { [Split.Train] = [], [Split.Validation] = [], [Split.Test] = [] };
        foreach (var i in order)
        {
            var label = labels[i];
            parts[test[label]-- > 0 ? Split.Test : validation[label]-- > 0 ? Split.Validation : Split.Train].Add(i);
        }

        return ([.. parts[Split.Train]], [.. parts[Split.Validation]], [.. parts[Split.Test]]);
    }

    private static int HeldOut(int count, int left, double share) =>
        share == 0 ? 0 : Math.Min(Math.Max((int)Math.Round(share * count), 1), left - 1);

    private Examples Chosen(long[] indices, TensorOptions tensorOptions)
    {
        using var scope = NewDisposeScope();
        var at = tensor(indices);
        return LabelledImages.Place(Train.Images.index_select(0, at), tensor(Train.Labels).index_select(0, at), tensorOptions);
    }
}
