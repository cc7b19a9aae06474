using L2O.Errors;
using L2O.Reports.Documents;
using L2O.Reports.Sources;
using L2O.Storage;

namespace L2O.Reports.Pages;

/// <summary>A page of runs and sweeps, made from their directories alone.</summary>
public static class Report
{
    /// <summary>The page's file.</summary>
    public const string PageName = "index.html";

    /// <summary>The page as text.</summary>
    public const string TextName = "report.md";

    private const string PicturesName = "pictures";

    /// <summary>Where the page goes if nobody says: `report` in the first of the directories.</summary>
    public static string DefaultFolder(IReadOnlyList<string> directories) => Path.Combine(directories[0], "report");

    /// <summary>Writes index.html, report.md and pictures/, each whole or not at all; the page last.</summary>
    /// <param name="directories">Of runs, of sweeps, or of several of them.</param>
    /// <param name="folder">Where to; made if need be.</param>
    /// <param name="cancel">Checked before every picture.</param>
    /// <returns>The page's path.</returns>
    /// <exception cref="ConfigException">A directory holds no run.</exception>
    /// <exception cref="CheckpointException">A file of a run is damaged, or of another version.</exception>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public static string Write(IReadOnlyList<string> directories, string folder, CancellationToken cancel) =>
        Write(Study.Read(directories), folder, reloadSeconds: null, TimeProvider.System, cancel);

    internal static string Write(Study study, string folder, int? reloadSeconds, TimeProvider clock, CancellationToken cancel)
    {
        var (page, pictures) = ReportPage.Of(study, reloadSeconds, clock.GetUtcNow());
        var (html, text) = (HtmlPage.Of(page), TextPage.Of(page));
        var picturesFolder = Path.Combine(folder, PicturesName);
        StorageException.Guard(folder, () => Directory.CreateDirectory(picturesFolder));

        // A page that is soon written anew leaves the files of its pictures to the last one.
        foreach (var (name, drawing) in reloadSeconds is null ? pictures : [])
        {
            cancel.ThrowIfCancellationRequested();
            drawing.Write(Path.Combine(picturesFolder, name));
        }

        DurableFile.WriteText(Path.Combine(folder, TextName), text);
        var path = Path.Combine(folder, PageName);
        DurableFile.WriteText(path, html);
        return path;
    }
}
