using L2O.Tensors;

namespace L2O.Data;

/// <summary>
/// MNIST (LeCun, Cortes and Burges, 1998) and Fashion-MNIST (Xiao, Rasul and Vollgraf, arXiv 1708.07747), which share
/// files and format. Validation is the first 5,000 of the 60,000 images published for training.
/// </summary>
internal static class Mnist
{
    private const int ClassCount = 10;
    private const int Side = 28;
    private const string TrainImages = "train-images-idx3-ubyte.gz";
    private const string TrainLabels = "train-labels-idx1-ubyte.gz";
    private const string TestImages = "t10k-images-idx3-ubyte.gz";
    private const string TestLabels = "t10k-labels-idx1-ubyte.gz";

    private static readonly SplitSizes Sizes = new(Train: 55_000, Validation: 5_000, Test: 10_000);

    private static readonly string[] DigitsMirrors =
    [
        "https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/",
    ];

    private static readonly string[] FashionMirrors =
    [
        "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ];

    /// <summary>Handwritten digits, with the checksums of the published files and of their content.</summary>
    public static DatasetKind Digits { get; } = Kind(
        "mnist",
        "mnist",
        "Handwritten digits, 28x28x1, ten classes: 55,000 to train, 5,000 to validate, 10,000 to test.",
        [
            new(TrainImages, 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", DigitsMirrors),
            new(TrainLabels, 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", DigitsMirrors),
            new(TestImages, 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", DigitsMirrors),
            new(TestLabels, 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", DigitsMirrors),
        ],
        [
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ]);

    /// <summary>Photographs of clothes, with the checksums of the published files.</summary>
    public static DatasetKind Fashion { get; } = Kind(
        "fashion_mnist",
        "fashion-mnist",
        "Photographs of clothes, 28x28x1, ten classes, split as mnist.",
        [
            new(TrainImages, 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", FashionMirrors),
            new(TrainLabels, 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", FashionMirrors),
            new(TestImages, 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", FashionMirrors),
            new(TestLabels, 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", FashionMirrors),
        ],
        []);

    /// <summary>Reads the four files of a set; tests use smaller ones.</summary>
    internal static Dataset Load(
        string name, string folder, SplitSizes sizes, DataDirectory directory, TensorOptions tensorOptions)
    {
        LabelledImages Read(string imagesName, string labelsName, int count) => Pair(
            directory.Find(name, folder, imagesName), directory.Find(name, folder, labelsName), count);

        var training = Read(TrainImages, TrainLabels, sizes.TrainAndValidation);
        var test = Read(TestImages, TestLabels, sizes.Test);
        return new(
            name,
            ClassCount,
            training.Place(sizes.Validation, sizes.Train, tensorOptions),
            training.Place(0, sizes.Validation, tensorOptions),
            test.Place(0, sizes.Test, tensorOptions));
    }

    private static DatasetKind Kind(
        string name, string folder, string summary, Download[] downloads, string[] contentSha256)
    {
        var files = downloads.Select((download, i) => new PublishedFile(
            download.Name, [download.Sha256, .. contentSha256.Skip(i).Take(1)], CheckOf(download.Name)));
        return new(
            name,
            summary,
            new(folder, [.. files], downloads),
            (directory, tensorOptions) => Load(name, folder, Sizes, directory, tensorOptions));
    }

    private static Action<DataFile> CheckOf(string fileName)
    {
        var count = fileName is TrainImages or TrainLabels ? Sizes.TrainAndValidation : Sizes.Test;
        return fileName is TrainImages or TestImages
            ? file => Images(file, count)
            : file => Labels(file, count);
    }

    private static LabelledImages Pair(DataFile imageFile, DataFile labelFile, int count)
    {
        var images = Images(imageFile, count);
        return new(Channels: 1, Side, Side, images.Pixels, Labels(labelFile, count));
    }

    private static IdxImages Images(DataFile file, int count)
    {
        var images = IdxFile.ReadImages(file);
        return (images.Count, images.Height, images.Width) == (count, Side, Side)
            ? images
            : throw file.Unlike(
                $"holds {images.Count} images of {images.Height}x{images.Width}, expected {count} of {Side}x{Side}");
    }

    private static byte[] Labels(DataFile file, int count)
    {
        var labels = IdxFile.ReadLabels(file, ClassCount);
        return labels.Length == count
            ? labels
            : throw file.Unlike($"holds {labels.Length} labels, expected {count}");
    }
}
