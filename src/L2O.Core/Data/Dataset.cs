using L2O.Errors;
using L2O.Randomness;
using static TorchSharp.torch;

namespace L2O.Data;

/// <summary>Labelled images of one split, on the device; owns its tensors.</summary>
public sealed class Examples : IDisposable
{
    /// <summary>Takes ownership of both tensors.</summary>
    /// <param name="inputs">[n, channels, height, width], pixels in [0, 1].</param>
    /// <param name="labels">[n] int64.</param>
    public Examples(Tensor inputs, Tensor labels)
    {
        Inputs = inputs.DetachFromDisposeScope();
        Labels = labels.DetachFromDisposeScope();
    }

    /// <summary>[n, channels, height, width], pixels in [0, 1].</summary>
    public Tensor Inputs { get; }

    /// <summary>[n] int64, from 0.</summary>
    public Tensor Labels { get; }

    /// <summary>How many examples, n.</summary>
    public long Count => Inputs.shape[0];

    /// <inheritdoc/>
    public void Dispose()
    {
        Inputs.Dispose();
        Labels.Dispose();
    }
}

/// <summary>A classification data set, split once; owns its splits.</summary>
public sealed class Dataset(string name, int classCount, Examples train, Examples validation, Examples test)
    : IDisposable
{
    private readonly Dictionary<ImageForm, Dataset> _forms = [];

    /// <summary>As configs spell it.</summary>
    public string Name => name;

    /// <summary>Labels are 0 to ClassCount - 1.</summary>
    public int ClassCount => classCount;

    /// <summary>Channels, height and width of one example.</summary>
    public long[] InputShape => train.Inputs.shape[1..];

    /// <summary>The examples of one split.</summary>
    public Examples this[Split split] => split switch
    {
        Split.Train => train,
        Split.Validation => validation,
        _ => test,
    };

    /// <summary>The same examples with their images in another form; made once, and owned by this.</summary>
    /// <exception cref="ConfigException">The images are smaller.</exception>
    public Dataset In(ImageForm form)
    {
        if (form is { Side: null, IsGrayscale: false })
        {
            return this;
        }

        if (!_forms.TryGetValue(form, out var data))
        {
            data = form.Of(this);
            _forms.Add(form, data);
        }

        return data;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var data in _forms.Values)
        {
            data.Dispose();
        }

        train.Dispose();
        validation.Dispose();
        test.Dispose();
    }
}

/// <summary>The examples of one step; both tensors belong to the caller's scope.</summary>
/// <param name="Inputs">[batch, channels, height, width].</param>
/// <param name="Labels">[batch] int64.</param>
public readonly record struct Minibatch(Tensor Inputs, Tensor Labels)
{
    /// <summary>Draws uniformly with replacement.</summary>
    /// <param name="examples">What to draw from.</param>
    /// <param name="size">How many.</param>
    /// <param name="streams">Decide which examples are drawn.</param>
    public static Minibatch Draw(Examples examples, int size, RandomStreams streams)
    {
        using var indices = Indices(examples.Count, size, streams);
        return Of(examples, indices);
    }

    /// <summary>Draws uniformly with replacement from some of the examples.</summary>
    /// <param name="examples">What they are among.</param>
    /// <param name="among">Which they are: [n] int64, on the CPU.</param>
    /// <param name="size">How many to draw.</param>
    /// <param name="streams">Decide which examples are drawn.</param>
    internal static Minibatch Draw(Examples examples, Tensor among, int size, RandomStreams streams)
    {
        using var places = Indices(among.shape[0], size, streams);
        using var indices = among.index_select(0, places);
        return Of(examples, indices);
    }

    /// <summary>The examples of these indices: [batch] int64, on the CPU.</summary>
    internal static Minibatch Of(Examples examples, Tensor indices)
    {
        using var scope = NewDisposeScope();
        var there = indices.to(examples.Inputs.device);
        return new(
            examples.Inputs.index_select(0, there).MoveToOuterDisposeScope(),
            examples.Labels.index_select(0, there).MoveToOuterDisposeScope());
    }

    private static Tensor Indices(long count, int size, RandomStreams streams)
    {
        using var generator = streams.Generator("examples");
        return randint(count, size, dtype: int64, generator: generator);
    }
}
