using System.Diagnostics;
using System.Text.Json.Nodes;

namespace L2O.GpuCheck;

/// <summary>The same work by plain.py, L2O-DM as one would write it in PyTorch, run as a program of its own.</summary>
internal static class Plain
{
    /// <summary>Its rows, as they come; those that it has no time for are left out.</summary>
    /// <param name="python">The interpreter, which has PyTorch.</param>
    /// <param name="device">cpu or cuda.</param>
    /// <param name="hidden">Units of the perceptrons.</param>
    /// <param name="limit">Ends it.</param>
    internal static IEnumerable<Speed> Of(string python, string device, IEnumerable<int> hidden, TimeSpan limit)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "plain.py");
        ProcessStartInfo start = new(python, [script, "--device", device, "--hidden", .. hidden.Select(size => $"{size}")])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{python} did not start");
        using Timer timer = new(_ => process.Kill(entireProcessTree: true), null, limit, Timeout.InfiniteTimeSpan);
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (JsonNode.Parse(line) is JsonObject row)
            {
                yield return new(
                    (string?)row["work"] ?? "",
                    (long?)row["parameters"] ?? 0,
                    Tasks: 1,
                    (string?)row["by"] ?? "",
                    (double?)row["milliseconds"]);
            }
        }

        process.WaitForExit();
    }
}
