using L2O.Errors;
using L2O.Options;
using L2O.Runtime;
using L2O.Storage;
using L2O.Tensors;

namespace L2O.Data.Own;

/// <summary>Options of every kind of own data: where its files are, and what is held out where Validation or Test has none.</summary>
public abstract record OwnData : DataSource
{
    /// <summary>How much of a file, and of a folder of images, is read; in a tensor each byte becomes a number.</summary>
    internal const int MostBytes = 1 << 30;

    /// <summary>The folder that holds the files.</summary>
    [FilePath]
    public required string Path { get; init; }

    /// <summary>Share of the images of each class that is held out for Validation, where it has no files of its own.</summary>
    public double ValidationShare { get; init; } = 0.1;

    /// <summary>Share of the images of each class that is held out for Test, where it has no files of its own.</summary>
    public double TestShare { get; init; } = 0.1;

    /// <summary>Decides which images are held out, the same in every run.</summary>
    public int SplitSeed { get; init; } = 1;

    /// <summary>The folder's own name, in letters that a table can have.</summary>
    public override string Name => string.Concat(System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(Path))
        .Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) || letter is '\u2028' or '\u2029' ? '?' : letter)).Trim();

    internal sealed override string Folder => Path;

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems() =>
    [
        .. Require.Share("validation_share", ValidationShare), .. Require.Share("test_share", TestShare),
        .. Require.That(
            ValidationShare + TestShare < 1,
            "test_share",
            FormattableString.Invariant($"and validation_share hold out {ValidationShare + TestShare:R} of all images; choose less than 1 together")),
    ];

    internal sealed override Dataset Load(DataDirectory directory, TensorOptions tensorOptions, IImageDecoder? decoder)
    {
        using var work = NumericWork.Begin();
        return Read(decoder).Place(this, tensorOptions);
    }

    internal override IReadOnlyDictionary<string, string> Checksums(DataDirectory directory) =>
        Files().ToDictionary(file => System.IO.Path.GetRelativePath(Path, file.Path), file => file.Read(Sha256.Of));

    /// <summary>Reads all files; the tensors belong to the caller's scope.</summary>
    /// <exception cref="DatasetException">A file is missing or damaged, or does not go with the others.</exception>
    internal abstract OwnSplits Read(IImageDecoder? decoder);

    /// <summary>The files that loading reads.</summary>
    /// <exception cref="DatasetException">There is no such folder.</exception>
    internal abstract IEnumerable<DataFile> Files();
}
