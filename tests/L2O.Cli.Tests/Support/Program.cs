using System.Diagnostics;
using System.Text;

namespace L2O.Cli.Tests.Support;

/// <summary>The program as a process of its own, in an empty folder that is deleted afterwards.</summary>
internal sealed class Program : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Where the program runs.</summary>
    internal string Folder { get; } = Directory.CreateTempSubdirectory("l2o-test-").FullName;

    /// <summary>Writes a file below the folder and returns its name there.</summary>
    internal string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? Folder);
        File.WriteAllText(path, text);
        return name;
    }

    /// <summary>Runs the program to its end.</summary>
    internal Result Run(params string[] arguments) => End(Start([], arguments), arguments);

    /// <summary>Runs the program to its end with more environment variables.</summary>
    internal Result Run(Dictionary<string, string> environment, params string[] arguments) =>
        End(Start(environment, arguments), arguments);

    /// <summary>Runs the program until a file below the folder has so many lines, then sends it a signal.</summary>
    internal Result RunUntil(string file, int lines, string signal, params string[] arguments)
    {
        var process = Begin(arguments);
        AwaitLines(process, file, lines);
        var sent = Stopwatch.StartNew();
        Send(process, signal);
        return End(process, arguments) with { AfterSignal = sent.Elapsed };
    }

    /// <summary>Starts the program; it goes on when this returns.</summary>
    internal Process Begin(params string[] arguments) => Start([], arguments);

    /// <summary>Waits until a file below the folder has so many lines, or the program has ended.</summary>
    internal void AwaitLines(Process process, string file, int lines)
    {
        var path = Path.Combine(Folder, file);
        var deadline = Stopwatch.StartNew();
        while (!process.HasExited && deadline.Elapsed < Patience && (!File.Exists(path) || LineCount(path) < lines))
        {
            Thread.Sleep(20);
        }
    }

    internal static void Send(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, $"{process.Id}"]);
        kill.WaitForExit();
    }

    private static int LineCount(string path)
    {
        using StreamReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Count(letter => letter == '\n');
    }

    private Process Start(Dictionary<string, string> environment, string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "l2o.dll"), .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
    }

    /// <summary>Waits for the end.</summary>
    internal static Result End(Process process, params string[] arguments)
    {
        using var ended = process;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"l2o {string.Join(' ', arguments)} did not end");
        }

        return new(process.ExitCode, Lines(output.Result), Lines(error.Result));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n');
}

/// <summary>What a run left behind besides files.</summary>
internal sealed record Result(int ExitCode, string Output, string Error)
{
    /// <summary>From the signal to the end, where one was sent.</summary>
    internal TimeSpan AfterSignal { get; init; }
}
