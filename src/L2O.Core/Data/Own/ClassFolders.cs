using L2O.Errors;

namespace L2O.Data.Own;

/// <summary>A file that is one image of a class.</summary>
/// <param name="File">Where it is.</param>
/// <param name="Label">The class, by the place of its name among all, in the order of their letters' codes.</param>
internal readonly record struct ClassImage(DataFile File, long Label);

/// <summary>Finds images in folders that are called by their classes.</summary>
internal static class ClassFolders
{
    private static readonly string[] _splits = ["train", "validation", "test"];
    private static readonly string[] _extensions = [".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp"];

    /// <summary>The images of each split that has some.</summary>
    /// <param name="path">Holds a folder for each class, or the folder train that does; validation and test beside these do so too.</param>
    /// <exception cref="DatasetException">Something is missing, or there is what does not belong there.</exception>
    internal static IReadOnlyDictionary<Split, ClassImage[]> In(string path)
    {
        string[] beside = [.. Names(path).Except(_splits)];
        var hasTrain = Names(path).Contains(_splits[0]);
        var root = hasTrain ? Path.Combine(path, _splits[0]) : path;
        if (hasTrain && beside is [var other, ..])
        {
            throw new DatasetException($"{Path.Combine(path, other)}: is beside {root}, which holds the classes; move it in there, or away");
        }

        var classes = hasTrain ? Names(root) : beside;
        if (classes.Length < 2)
        {
            throw new DatasetException(
                $"{root}: holds {classes.Length} folders of images, expected one for each class and two or more; put the images of each class into one");
        }

        return Enum.GetValues<Split>().Where(split => split == Split.Train || Names(path).Contains(_splits[(int)split])).ToDictionary(
            split => split,
            split => split == Split.Train ? Train(root, classes) : HeldOut(Path.Combine(path, _splits[(int)split]), root, classes));
    }

    private static ClassImage[] Train(string root, string[] classes) =>
    [
        .. classes.SelectMany((name, label) => Images(Path.Combine(root, name), label) is { Length: > 0 } images
            ? images
            : throw new DatasetException($"{Path.Combine(root, name)}: holds no image; add images of this class, or take the folder away")),
    ];

    private static ClassImage[] HeldOut(string folder, string root, string[] classes)
    {
        var names = Names(folder);
        if (names.Except(classes).FirstOrDefault() is { } unknown)
        {
            throw new DatasetException(
                $"{Path.Combine(folder, unknown)}: is a class without images to train on; add {Path.Combine(root, unknown)}, or take this away");
        }

        ClassImage[] images = [.. names.SelectMany(name => Images(Path.Combine(folder, name), Array.IndexOf(classes, name)))];
        return images.Length > 0
            ? images
            : throw new DatasetException($"{folder}: holds no image; add a folder of images for each class, or take this away");
    }

    private static IEnumerable<ClassImage> ImagesOf(string folder, int label) => OwnFolder.Files(folder)
        .Select(path => _extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)
            ? new ClassImage(new(path, Dataset: null), label)
            : throw new DatasetException($"{path}: is none of the images that are read ({string.Join(", ", _extensions)}); take it out of the folder"));

    private static ClassImage[] Images(string folder, int label) => OwnFolder.Folders(folder) is [var within, ..]
        ? throw new DatasetException($"{within}: is a folder within that of a class; put its images into {folder}")
        : [.. ImagesOf(folder, label)];

    private static string[] Names(string folder) => [.. OwnFolder.Folders(folder).Select(path => Path.GetFileName(path) ?? "")];
}
