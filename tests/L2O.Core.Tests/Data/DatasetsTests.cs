using System.Security.Cryptography;
using L2O.Data;
using L2O.Data.Own;
using L2O.Errors;
using L2O.Storage;
using L2O.Tests.Support;
using Xunit;
using static TorchSharp.torch;

namespace L2O.Tests.Data;

public sealed class DatasetsTests
{
    [Fact]
    public void AnUnknownNameIsMetWithTheKnownOnes() => Assert.Equal(
        "There is no data set mnits; choose one of mnist, fashion_mnist, cifar10, synthetic_digits, synthetic_images",
        Assert.Throws<ConfigException>(() => Datasets.Find("mnits")).Message);

    [Fact]
    public void ChecksumsAreOfTheFilesAsTheyAreStored()
    {
        using var folder = MnistTests.WithFiles();
        var stored = File.ReadAllBytes(Path.Combine(folder.Root, "mnist", "t10k-labels-idx1-ubyte.gz"));

        var checksums = Datasets.Checksums("mnist", new(folder.Root));

        Assert.Equal(
            ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", "train-images-idx3-ubyte", "train-labels-idx1-ubyte"],
            checksums.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(stored)), checksums["t10k-labels-idx1-ubyte.gz"]);
        Assert.Empty(Datasets.Checksums("synthetic_digits", new(folder.Root)));
    }

    [Fact]
    public void ACacheLoadsOnceAndOwnsWhatItLoads()
    {
        Dataset data;
        using (var cache = new DatasetCache(new(""), new(CPU, float32)))
        {
            data = cache.Load("synthetic_digits");

            Assert.Same(data, cache.Load("synthetic_digits"));
            Assert.Empty(cache.Checksums());
            Assert.False(data[Split.Test].Inputs.IsInvalid);
        }

        Assert.True(data[Split.Test].Inputs.IsInvalid);
    }

    // Two folders of one name: what is recorded says the same wherever they are, and changes with either.
    [Fact]
    public void ACacheTellsWhatFilesOfOnesOwnItRead()
    {
        using var folder = new TemporaryFolder();
        foreach (var (path, count) in new[] { ("a/data", 12), ("b/data", 20) })
        {
            folder.Write($"{path}/train_images.npy", NpyBytes.Images(count));
            folder.Write($"{path}/train_labels.npy", NpyBytes.Labels([.. Enumerable.Range(0, count).Select(i => (long)i % 2)]));
        }

        NpyData first = new() { Path = folder.File("a/data") };
        using var cache = new DatasetCache(new(""), new(CPU, float32));
        var loaded = cache.Load(first);
        cache.Load(first with { ValidationShare = 0.3 });
        cache.Load(new NpyData { Path = folder.File("b/data") });

        Assert.Same(loaded, cache.Load(first with { }));
        Assert.Equal(["data/train_images.npy", "data/train_labels.npy"], cache.Checksums().Keys);
        Assert.All(cache.Checksums().Values, sums => Assert.Matches("^[0-9a-f]{64}\\+[0-9a-f]{64}$", sums));
        Assert.Equal([folder.File("a/data"), folder.File("b/data")], cache.FolderChecksums().Keys.Order(StringComparer.Ordinal));
        Assert.Equal(2, cache.FolderChecksums().Values.Distinct().Count());
        Assert.Empty(cache.Unpublished());
        Assert.Contains(
            $"{folder.File("b/data")}: images of 1 x 2 x 2 in 2 classes, 16 to train on, 2 to validate and 2 to test", cache.Descriptions());
    }

    [Fact]
    public void DataOfOthersUnderAKnownNameIsTold()
    {
        using var folder = MnistTests.WithFiles();

        var unpublished = Datasets.Unpublished("mnist", new(folder.Root), Datasets.Checksums("mnist", new(folder.Root)));

        Assert.Equal(
            ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"],
            unpublished.Select(Path.GetFileName));
    }

    // Packed as published, packed otherwise in two members, and not packed at all.
    [Fact]
    public void ThePublishedDataIsKnownHoweverItIsPacked()
    {
        var real = RealData.Folder("mnist");
        using var folder = new TemporaryFolder();
        byte[] Content(string name) => File.ReadAllBytes(Path.Combine(real.Path, "mnist", $"{name}.gz"));
        byte[] Unpacked(string name)
        {
            using var content = new MemoryStream();
            using var packed = new MemoryStream(Content(name));
            new GunzipStream(packed).CopyTo(content);
            return content.ToArray();
        }

        folder.Write("mnist/train-images-idx3-ubyte", Unpacked("train-images-idx3-ubyte"));
        folder.Write("mnist/t10k-images-idx3-ubyte.gz", Content("t10k-images-idx3-ubyte"));
        var labels = Unpacked("train-labels-idx1-ubyte");
        folder.Write("mnist/train-labels-idx1-ubyte.gz", [.. DataFiles.Gzip(labels[..30_000]), .. DataFiles.Gzip(labels[30_000..])]);
        labels = Unpacked("t10k-labels-idx1-ubyte");
        labels[^1] ^= 1;
        folder.Write("mnist/t10k-labels-idx1-ubyte.gz", DataFiles.Gzip(labels));
        using var cache = new DatasetCache(new(folder.Root), new(CPU, float32));
        Assert.Empty(cache.Unpublished());

        cache.Load("mnist");

        Assert.Equal([Path.Combine(folder.Root, "mnist", "t10k-labels-idx1-ubyte.gz")], cache.Unpublished()["mnist"]);
    }

    [Fact]
    public void EveryPublishedFileHasAChecksumAndEveryDownloadSecureMirrors()
    {
        foreach (var published in Datasets.All.Select(kind => kind.Published).OfType<PublishedData>())
        {
            Assert.All(published.Files, file => Assert.All(file.Sha256, sum => Assert.Matches("^[0-9a-f]{64}$", sum)));
            Assert.All(published.Downloads, download => Assert.Matches("^[0-9a-f]{64}$", download.Sha256));
            Assert.All(published.Downloads, download =>
            {
                Assert.InRange(download.Mirrors.Count, 2, 9);
                Assert.All(download.Mirrors, mirror => Assert.Matches("^https://.*/$", mirror));
            });
        }
    }
}
