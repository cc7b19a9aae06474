using L2O.Data;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Support;

/// <summary>Data sets as published, where L2O_DATA_DIR says that they are there.</summary>
internal static class RealData
{
    internal static Dataset Load(string name) => Datasets.Load(name, Folder(name), new(CPU, float32));

    /// <summary>Where the set is; skips the test where it is not.</summary>
    internal static DataDirectory Folder(string name)
    {
        var folder = Environment.GetEnvironmentVariable(DataDirectory.Variable);
        Assert.SkipUnless(folder is not null, $"{DataDirectory.Variable} is not set");
        var directory = new DataDirectory(folder ?? "");
        Assert.SkipUnless(Datasets.Find(name).IsPresent(directory), $"{name} is not in {folder}");
        return directory;
    }

    internal static (long Train, long Validation, long Test) Counts(Dataset data) =>
        (data[Split.Train].Count, data[Split.Validation].Count, data[Split.Test].Count);

    internal static (float Least, float Most) Range(Dataset data) =>
        (data[Split.Train].Inputs.min().item<float>(), data[Split.Train].Inputs.max().item<float>());
}
