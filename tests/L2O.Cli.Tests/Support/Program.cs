using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using L2O.Tests.Support;

namespace L2O.Cli.Tests.Support;

/// <summary>The program as a process of its own, in an empty folder that is deleted afterwards.</summary>
/// <param name="path">Its l2o.dll, where it is not the one that these tests are built with.</param>
internal sealed class Program(string? path = null) : IDisposable
{
    private const int MostAttempts = 10;
    private static readonly TimeSpan _betweenLooks = TimeSpan.FromMilliseconds(20);

    private string ProgramPath { get; } = path ?? Path.Combine(AppContext.BaseDirectory, "l2o.dll");

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

    /// <summary>What a file below the folder holds.</summary>
    internal string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    /// <summary>Runs the program to its end.</summary>
    internal Result Run(params string[] arguments) => End(Start([], arguments), arguments);

    /// <summary>Runs the program to its end with more environment variables.</summary>
    internal Result Run(Dictionary<string, string> environment, params string[] arguments) =>
        End(Start(environment, arguments), arguments);

    /// <summary>Runs a command of the shell to its end; in it `l2o` is the program.</summary>
    internal Result RunInShell(string command) => End(BeginInShell(command), command);

    /// <summary>Starts a command of the shell, in which `l2o` is the program; it goes on when this returns.</summary>
    internal Process BeginInShell(string command) => Start(
        new ProcessStartInfo("sh", ["-c", $"l2o() {{ dotnet exec '{ProgramPath}' \"$@\"; }}; {command}"]),
        new() { ["L2O"] = $"dotnet exec {ProgramPath}", ["HOME"] = Folder });

    /// <summary>Runs the program until a file of its run directory has so many lines, then sends it a signal.</summary>
    internal Result RunUntil(string file, int lines, string signal, params string[] arguments) =>
        RunUntil(file, lines, signal, isInTime: () => true, arguments);

    /// <summary>
    /// Runs the program until a file of its run directory has so many lines, then sends it a signal. On a busy machine
    /// that may come too late, when the program is done or further on: then all is done again, from an empty directory.
    /// </summary>
    /// <param name="file">Below the folder.</param>
    /// <param name="lines">How many it has when the signal is sent, or more.</param>
    /// <param name="signal">Its name.</param>
    /// <param name="isInTime">Whether what the run left shows that the signal found it where it was meant to.</param>
    /// <param name="arguments">Of the program.</param>
    internal Result RunUntil(string file, int lines, string signal, Func<bool> isInTime, params string[] arguments)
    {
        for (var attempt = 1; ; attempt++)
        {
            var process = Begin(arguments);
            AwaitLines(process, file, lines);
            Send(process, signal);
            var result = End(process, arguments);
            if (attempt == MostAttempts || (result.ExitCode != 0 && isInTime()))
            {
                return result;
            }

            Directory.Delete(Path.Combine(Folder, file.Split('/')[0]), recursive: true);
        }
    }

    /// <summary>Starts the program; it goes on when this returns.</summary>
    internal Process Begin(params string[] arguments) => Start([], arguments);

    /// <summary>The same with more environment variables.</summary>
    internal Process Begin(Dictionary<string, string> environment, params string[] arguments) => Start(environment, arguments);

    /// <summary>Waits until a file below the folder has so many lines, or the program has ended.</summary>
    internal void AwaitLines(Process process, string file, int lines)
    {
        var path = Path.Combine(Folder, file);
        var waited = Stopwatch.StartNew();
        while (!process.WaitForExit(_betweenLooks) && (!File.Exists(path) || LineCount(path) < lines))
        {
            EndIfHung(process, waited, $"the process that was to write {file}");
        }
    }

    /// <summary>Waits until a file below the folder holds a text, whichever process writes it.</summary>
    internal void AwaitText(string file, string text)
    {
        var waited = Stopwatch.StartNew();
        while (!File.ReadAllText(Path.Combine(Folder, file)).Contains(text, StringComparison.Ordinal))
        {
            Thread.Sleep(_betweenLooks);
            if (waited.Elapsed > Hang.Limit)
            {
                throw new TimeoutException($"{file} never held {text}");
            }
        }
    }

    /// <summary>Sends signals, one right after the other.</summary>
    internal static void Send(Process process, params string[] signals)
    {
        using var kill = Process.Start("sh", ["-c", string.Join("; ", signals.Select(signal => $"kill -s {signal} {process.Id}"))]);
        kill.WaitForExit();
    }

    private static int LineCount(string path)
    {
        using StreamReader reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Count(letter => letter == '\n');
    }

    private Process Start(Dictionary<string, string> environment, string[] arguments) =>
        Start(new ProcessStartInfo("dotnet", ["exec", ProgramPath, .. arguments]), environment);

    private Process Start(ProcessStartInfo start, Dictionary<string, string> environment)
    {
        start.WorkingDirectory = Folder;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        start.StandardErrorEncoding = Encoding.UTF8;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start");
    }

    /// <summary>Waits for the end, and measures what it takes until then.</summary>
    internal static Result End(Process process, params string[] arguments)
    {
        using var ended = process;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var waited = Stopwatch.StartNew();
        var before = ProcessorTime(process);
        var last = before;
        while (!process.WaitForExit(_betweenLooks))
        {
            last = ProcessorTime(process) ?? last;
            EndIfHung(process, waited, $"l2o {string.Join(' ', arguments)}");
        }

        return new(process.ExitCode, Lines(output.Result), Lines(error.Result))
        {
            ProcessorTimeToEnd = (last - before) ?? TimeSpan.Zero,
        };
    }

    private static void EndIfHung(Process process, Stopwatch waited, string name)
    {
        if (waited.Elapsed > Hang.Limit)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{name} did not get there");
        }
    }

    // Null once it has ended.
    private static TimeSpan? ProcessorTime(Process process)
    {
        try
        {
            return process.TotalProcessorTime;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            return null;
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n');
}

/// <summary>What a run left behind besides files.</summary>
internal sealed record Result(int ExitCode, string Output, string Error)
{
    /// <summary>Processor time from the signal to the end, if one was sent; other processes do not add to it.</summary>
    internal TimeSpan ProcessorTimeToEnd { get; init; }

    public bool Equals(Result? other) =>
        (ExitCode, Output, Error) == (other?.ExitCode, other?.Output, other?.Error);

    public override int GetHashCode() => HashCode.Combine(ExitCode, Output, Error);
}

