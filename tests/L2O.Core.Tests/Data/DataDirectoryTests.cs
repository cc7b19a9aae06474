using L2O.Data;
using Xunit;

namespace L2O.Tests.Data;

public sealed class DataDirectoryTests
{
    private static readonly string Root = Path.GetFullPath("/");

    [Fact]
    public void TheFirstPlaceNamedCounts()
    {
        var (home, xdg, variable) = (Path.Combine(Root, "home"), Path.Combine(Root, "xdg"), Path.Combine(Root, "variable"));
        Dictionary<string, string?> environment = new() { ["HOME"] = home };
        string Resolved(string? option) => DataDirectory.Resolve(option, environment.GetValueOrDefault).Path;

        Assert.Equal(Path.Combine(home, ".cache", "l2o", "data"), Resolved(null));

        environment["XDG_CACHE_HOME"] = xdg;
        Assert.Equal(Path.Combine(xdg, "l2o", "data"), Resolved(null));

        environment["L2O_DATA_DIR"] = variable;
        Assert.Equal(variable, Resolved(null));
        Assert.Equal(Path.Combine(Root, "option"), Resolved(Path.Combine(Root, "option")));
    }

    [Fact]
    public void EmptyVariablesAndRelativeCacheFoldersAreIgnored()
    {
        var home = Path.Combine(Root, "home");
        Dictionary<string, string?> environment = new()
        {
            ["HOME"] = home,
            ["L2O_DATA_DIR"] = "",
            ["XDG_CACHE_HOME"] = "cache",
        };

        var directory = DataDirectory.Resolve(option: null, environment.GetValueOrDefault);

        Assert.Equal(Path.Combine(home, ".cache", "l2o", "data"), directory.Path);
    }
}
