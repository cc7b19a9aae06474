namespace L2O.Data.Own;

/// <summary>
/// Options of files as the binary versions of CIFAR-10 and CIFAR-100 have them: `data_batch*.bin`, `validation_batch*.bin` and
/// `test_batch*.bin` with one label before each image, or `train.bin`, `validation.bin` and `test.bin` with two, of which the second
/// counts. There need be none for Validation and Test.
/// </summary>
public sealed record CifarData : OwnData
{
    private bool IsOfHundred => OwnFolder.Files(Path, Pattern(Split.Train, isOfHundred: false)).Length == 0;

    internal override OwnSplits Read(IImageDecoder? decoder)
    {
        var labelSize = IsOfHundred ? 2 : 1;
        return OwnSplits.Read(split => Read(Batches(split), labelSize), Path, "data_batch*.bin or train.bin");
    }

    internal override IEnumerable<DataFile> Files() => Enum.GetValues<Split>().SelectMany(Batches);

    private DataFile[] Batches(Split split) =>
        [.. OwnFolder.Files(Path, Pattern(split, IsOfHundred)).Select(path => new DataFile(path, Dataset: null))];

    private static OwnExamples? Read(DataFile[] batches, int labelSize)
    {
        if (batches.Length == 0)
        {
            return null;
        }

        var size = batches.Sum(batch => batch.Read(stream => stream.Length));
        return size > MostBytes
            ? throw batches[0].Unlike($"holds with the others {size} bytes, and at most {MostBytes} are read; keep fewer images")
            : OwnExamples.Of(
                LabelledImages.Join([.. batches.Select(batch => batch.Read(stream => Cifar10File.ReadAll(stream, batch, labelSize)))]), batches[0]);
    }

    private static string Pattern(Split split, bool isOfHundred) => (split, isOfHundred) switch
    {
        (Split.Train, false) => "data_batch*.bin",
        (Split.Train, true) => "train.bin",
        (Split.Validation, false) => "validation_batch*.bin",
        (Split.Validation, true) => "validation.bin",
        (_, false) => "test_batch*.bin",
        _ => "test.bin",
    };
}
