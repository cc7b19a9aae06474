using Xunit;

namespace L2O.Cli.Tests.Support;

/// <summary>What two runs left, compared.</summary>
internal static class RunFiles
{
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

    // Time is a column of most tables, and some rows of the summary. Names may hold commas, so columns count from the end.
    private static string[] Table(string path)
    {
        var lines = File.ReadAllLines(path);
        var columns = lines[0].Split(',');
        var seconds = Array.IndexOf(columns, "seconds");
        return
        [
            .. lines.Where(line => !line.Contains(",seconds", StringComparison.Ordinal) || line == lines[0])
                .Select(line => seconds < 0 ? line : Without(line.Split(','), columns.Length - seconds)),
        ];
    }

    private static string Without(string[] values, int fromEnd) =>
        string.Join(',', values.Where((_, i) => i != values.Length - fromEnd));
}
