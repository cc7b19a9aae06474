using L2O.Tensors;

namespace L2O.Data;

/// <summary>
/// CIFAR-10 (Krizhevsky, 2009), binary version. Validation is the last 5,000 of the 50,000 images published for training.
/// </summary>
internal static class Cifar10
{
    private const string Name = "cifar10";
    private const string Folder = "cifar-10-batches-bin";
    private const string TestBatch = "test_batch.bin";

    private static readonly string[] TrainBatches =
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];

    /// <summary>Photographs of animals and vehicles, with the checksums of the archive and its files.</summary>
    public static DatasetKind Kind { get; } = new(
        Name,
        "Photographs of things, 32x32x3, ten classes: 45,000 to train, 5,000 to validate, 10,000 to test.",
        new(
            Folder,
            [
                File(TrainBatches[0], "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
                File(TrainBatches[1], "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
                File(TrainBatches[2], "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
                File(TrainBatches[3], "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
                File(TrainBatches[4], "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
                File(TestBatch, "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"),
            ],
            [
                new(
                    "cifar-10-binary.tar.gz",
                    170_052_171,
                    "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                    [
                        "https://www.cs.toronto.edu/~kriz/", "https://cave.cs.toronto.edu/kriz/",
                        "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",
                    ]),
            ]),
        (directory, tensorOptions) => Load(Cifar10File.RecordsInBatch, validationCount: 5_000, directory, tensorOptions));

    /// <summary>Reads the six batches; tests use smaller ones.</summary>
    internal static Dataset Load(int batchSize, int validationCount, DataDirectory directory, TensorOptions tensorOptions)
    {
        LabelledImages Read(string batch) => Cifar10File.Read(directory.Find(Name, Folder, batch), batchSize);

        var training = LabelledImages.Join([.. TrainBatches.Select(Read)]);
        var trainCount = training.Count - validationCount;
        return new(
            Name,
            Cifar10File.ClassCount,
            training.Place(0, trainCount, tensorOptions),
            training.Place(trainCount, validationCount, tensorOptions),
            Read(TestBatch).Place(0, batchSize, tensorOptions));
    }

    private static PublishedFile File(string name, string sha256) =>
        new(name, [sha256], file => Cifar10File.Read(file, Cifar10File.RecordsInBatch));
}
