using L2O.Errors;
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
