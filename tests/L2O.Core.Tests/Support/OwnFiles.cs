using L2O.Data;
using L2O.Data.Own;
using L2O.Errors;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>Loads files of one's own.</summary>
internal static class OwnFiles
{
    internal static Dataset Load(OwnData data) => data.Load(new(""), new(CPU, float32), decoder: null);

    /// <summary>What loading says is wrong.</summary>
    internal static string Refused(OwnData data) => Assert.Throws<DatasetException>(() => Load(data)).Message;

    /// <summary>The first number of each image, or the label, of a split.</summary>
    internal static (float[] Pixels, long[] Labels) Firsts(Dataset data, Split split)
    {
        using var scope = NewDisposeScope();
        var (inputs, labels) = (data[split].Inputs, data[split].Labels);
        return (inputs.flatten(1)[.., 0].contiguous().data<float>().ToArray(), labels.data<long>().ToArray());
    }
}
