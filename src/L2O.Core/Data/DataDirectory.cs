using L2O.Errors;

namespace L2O.Data;

/// <summary>The folder that holds the files of all data sets, each set in a folder of its own.</summary>
/// <param name="Path">Need not exist.</param>
public sealed record DataDirectory(string Path)
{
    /// <summary>The environment variable that names the folder if the command line does not.</summary>
    public const string Variable = "L2O_DATA_DIR";

    /// <summary>The option, else L2O_DATA_DIR, else $XDG_CACHE_HOME/l2o/data, else .cache/l2o/data in the user's home.</summary>
    /// <param name="option">From the command line; null if not given.</param>
    /// <param name="environment">Returns the value of an environment variable, null if it is not set.</param>
    public static DataDirectory Resolve(string? option, Func<string, string?> environment)
    {
        string? Given(string variable) => environment(variable) is { Length: > 0 } value ? value : null;

        // The XDG base directory specification says that relative paths must be ignored.
        var cache = Given("XDG_CACHE_HOME") is { } xdg && System.IO.Path.IsPathRooted(xdg) ? xdg : null;
        cache ??= System.IO.Path.Combine(
            Given("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return new(System.IO.Path.GetFullPath(
            option ?? Given(Variable) ?? System.IO.Path.Combine(cache, "l2o", "data")));
    }

    /// <summary>The path of a file of a set, compressed or plain; null if neither exists.</summary>
    /// <param name="folder">The set's folder.</param>
    /// <param name="name">The published name; the file may also exist without its ".gz".</param>
    internal string? Locate(string folder, string name)
    {
        var published = System.IO.Path.Combine(Path, folder, name);
        string[] candidates = name.EndsWith(".gz", StringComparison.Ordinal) ? [published, published[..^3]] : [published];
        return Array.Find(candidates, File.Exists);
    }

    /// <summary>A file of a set.</summary>
    /// <exception cref="DatasetException">It is not there.</exception>
    internal DataFile Find(string dataset, string folder, string name) =>
        new(
            Locate(folder, name) ?? throw new DatasetException(
                $"{System.IO.Path.Combine(Path, folder, name)}: no such file; run: l2o data fetch {dataset}, "
                + $"or name the folder that holds {folder}/ by --data-dir or {Variable}"),
            dataset);
}
