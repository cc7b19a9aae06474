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
    internal Result Run(params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "l2o.dll"), .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
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
internal sealed record Result(int ExitCode, string Output, string Error);
