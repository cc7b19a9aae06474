using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using L2O.Tests.Support;

namespace L2O.Tests.Reports;

/// <summary>A page as a browser has it.</summary>
/// <param name="Sections">Ids of the sections, in their order.</param>
/// <param name="Images">How many there are.</param>
/// <param name="Broken">Images that show nothing.</param>
/// <param name="Scroll">Pixels that the page is wide.</param>
/// <param name="Outside">Elements that reach beyond the right edge of the window, and of no part that scrolls.</param>
/// <param name="Background">Its colour.</param>
/// <param name="Loaded">Addresses that it loaded anything from, but for those of data in itself.</param>
internal sealed record BrowsedPage(
    IReadOnlyList<string> Sections,
    int Images,
    int Broken,
    int Scroll,
    IReadOnlyList<string> Outside,
    string Background,
    IReadOnlyList<string> Loaded)
{
    /// <summary>What the browser complained of.</summary>
    internal IReadOnlyList<string> Console { get; init; } = [];

    /// <summary>What was asked of the network for the page, in vain; the browser's own requests do not count.</summary>
    internal IReadOnlyList<string> Requests { get; init; } = [];
}

/// <summary>Debian's Chromium without a window. Looks at a page in a frame of some width, through a page of its own that measures.</summary>
internal static partial class Chromium
{
    private static readonly JsonSerializerOptions _json = new() { PropertyNameCaseInsensitive = true };

    internal static string? Path { get; } = new[] { "chromium", "chromium-browser" }
        .SelectMany(name => $"{Environment.GetEnvironmentVariable("PATH")}".Split(':').Select(folder => System.IO.Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    internal static BrowsedPage Open(string page, int width, bool isDark)
    {
        using TemporaryFolder folder = new();
        var frame = folder.File("frame.html");
        File.WriteAllText(frame, $$"""
            <!DOCTYPE html><meta charset="utf-8"><iframe width="{{width}}" height="800" style="border: 0" src="{{new Uri(page)}}"></iframe>
            <pre id="seen"></pre>
            <script>
            onload = () => {
              const frame = document.querySelector('iframe').contentWindow, page = frame.document, images = [...page.images];
              const isOutside = e => e.getBoundingClientRect().right > {{width}} && !e.closest('.wide') && !e.closest('pre');
              document.getElementById('seen').textContent = btoa(unescape(encodeURIComponent(JSON.stringify({
                sections: [...page.querySelectorAll('section')].map(e => e.id),
                images: images.length,
                broken: images.filter(e => !e.complete || e.naturalWidth === 0).length,
                scroll: page.documentElement.scrollWidth,
                outside: [...page.querySelectorAll('body *')].filter(isOutside).map(e => e.tagName + ' ' + e.textContent.slice(0, 40)),
                background: frame.getComputedStyle(page.body).backgroundColor,
                loaded: frame.performance.getEntriesByType('resource').map(e => e.name).filter(name => !name.startsWith('data:')),
              }))));
            };
            </script>
            """);
        var log = folder.File("net.json");
        var start = new ProcessStartInfo(
            Path ?? "chromium",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--allow-file-access-from-files", "--enable-logging=stderr", $"--user-data-dir={folder.File("profile")}", $"--log-net-log={log}",
                "--host-resolver-rules=MAP * ~NOTFOUND", $"--blink-settings=preferredColorScheme={(isDark ? 0 : 1)}",
                "--virtual-time-budget=20000", "--dump-dom", $"{new Uri(frame)}",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{Path} did not start");
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Hang.Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException("the browser did not end");
        }

        var seen = Seen().Match(output.Result).Groups[1].Value;
        return (JsonSerializer.Deserialize<BrowsedPage>(Convert.FromBase64String(seen), _json) ?? throw new InvalidOperationException("no page"))
            with
        {
            Console = [.. error.Result.Split('\n').Where(line => line.Contains("CONSOLE", StringComparison.Ordinal))],
            Requests = [.. RequestsIn(log)],
        };
    }

    [GeneratedRegex("<pre id=\"seen\">([^<]+)</pre>")]
    private static partial Regex Seen();

    // Requests that a page makes have an initiator; the browser's own, for its updates, say that theirs is none.
    private static IEnumerable<string> RequestsIn(string log)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(log));
        return
        [
            .. document.RootElement.GetProperty("events").EnumerateArray()
                .Where(entry => entry.TryGetProperty("params", out var begun) && begun.TryGetProperty("initiator", out var initiator)
                    && initiator.GetString() != "not an origin")
                .Select(entry => $"{entry.GetProperty("params").GetProperty("url").GetString()}")
                .Where(url => url.StartsWith("http", StringComparison.Ordinal)).Distinct(),
        ];
    }
}
