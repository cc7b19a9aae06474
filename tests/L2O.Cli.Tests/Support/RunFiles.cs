using Xunit;

namespace L2O.Cli.Tests.Support;

/// <summary>What two runs left, compared.</summary>
internal static class RunFiles
{
    private static readonly string[] _timed = ["meta.csv", "validation.csv", "curves.csv"];

    /// <summary>The tables, seconds aside, and the last checkpoints are the same bytes.</summary>
    internal static void AssertSame(string whole, string other)
    {
        foreach (var path in Directory.GetFiles(whole, "*.csv"))
        {
            var name = Path.GetFileName(path);
            Assert.Equal(Table(path), Table(Path.Combine(other, name)));
        }

        foreach (var name in new[] { "latest", "best" })
        {
            var file = $"checkpoints/{name}.safetensors";
            Assert.Equal(File.Exists(Path.Combine(whole, file)), File.Exists(Path.Combine(other, file)));
            if (File.Exists(Path.Combine(whole, file)))
            {
                Assert.Equal(File.ReadAllBytes(Path.Combine(whole, file)), File.ReadAllBytes(Path.Combine(other, file)));
            }
        }
    }

    // Time is the last column of most tables, and some rows of the summary.
    private static string[] Table(string path) => Path.GetFileName(path) switch
    {
        "summary.csv" => [.. File.ReadAllLines(path).Where(line => !line.Contains(",seconds", StringComparison.Ordinal))],
        var name when _timed.Contains(name) => [.. File.ReadAllLines(path).Select(line => line[..line.LastIndexOf(',')])],
        _ => File.ReadAllLines(path),
    };
}
