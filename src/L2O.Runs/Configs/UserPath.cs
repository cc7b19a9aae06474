using System.Diagnostics.CodeAnalysis;

namespace L2O.Configs;

/// <summary>Paths as users write them.</summary>
public static class UserPath
{
    /// <summary>
    /// Puts the home directory in place of a leading ~, which a shell leaves in --run=~/x and in files; without that, a folder
    /// of that name would be made.
    /// </summary>
    /// <param name="written">Relative paths stay relative.</param>
    /// <param name="path">Null where it cannot be said.</param>
    /// <param name="problem">In words that follow the path.</param>
    public static bool TryExpand(
        string written, [NotNullWhen(true)] out string? path, [NotNullWhen(false)] out string? problem)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var first = written.Split('/', Path.DirectorySeparatorChar)[0];
        (path, problem) = first switch
        {
            _ when written.Length == 0 => (null, "is empty"),
            _ when written.Contains('\0', StringComparison.Ordinal) => (null, "holds a null character"),
            "~" when home.Length == 0 => (null, "begins with ~, and there is no home directory; write it in full"),
            "~" => (home + written[1..], null),
            ['~', ..] => (null, $"begins with another user's home; write it in full, or ./{written} for a folder of that name"),
            _ => ((string?)written, (string?)null),
        };
        return path is not null;
    }
}
