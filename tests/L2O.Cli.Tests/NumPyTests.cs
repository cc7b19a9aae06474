using System.Diagnostics;
using System.Globalization;
using L2O.Cli.Tests.Support;
using L2O.Tests.Support;
using Xunit;

namespace L2O.Cli.Tests;

/// <summary>Files that other programs write and read: NumPy's arrays go in, parameters come out. Skipped where Python has no NumPy.</summary>
public sealed class NumPyTests : IDisposable
{
    private const string Look = """
        name: look
        optimizers: [{kind: adam, learning_rate: 0.03}]
        optimizees: [{name: own, kind: mlp, data: {kind: npy, path: arrays}, hidden: [4], activation: tanh, batch_size: 8}]
        steps: 30
        seeds: 1
        save_theta: end
        flatness: {examples: 40}
        metrics: [{kind: hessian_ev, iterations: 40}]
        """;

    private static readonly string Script = Path.Combine(Repository.Root, "tests/L2O.Cli.Tests/Support/theta.py");

    private readonly Program _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public void NumPyFindsTheLayoutTheLossAndTheLargestEigenvalue()
    {
        var python = Array.Find(["/usr/bin/python3", "python3"], HasNumPy);
        Assert.SkipWhen(python is null, "no Python with NumPy");
        var arrays = Directory.CreateDirectory(Path.Combine(_program.Folder, "arrays")).FullName;
        Run(python, Script, "write", arrays);
        _program.Write("look.yaml", Look);

        var result = _program.Run("analyze", "look.yaml", "--run", "run");

        Assert.Equal((0, ""), (result.ExitCode, result.Error.Contains("Error", StringComparison.Ordinal) ? result.Error : ""));
        var read = Run(python, Script, "read", Path.Combine(_program.Folder, "run/theta/adam/own/0-end.safetensors"), arrays).Split('\n');
        Assert.Equal("linear_1/weight [4, 9], linear_1/bias [4], linear_2/weight [3, 4], linear_2/bias [3]", read[0]);
        Assert.Equal(Recorded("train_loss"), Number(read[1]), 1e-6);
        Assert.Equal(1, Number(read[2]) / Recorded("hessian_ev"), 1e-4);
    }

    private double Recorded(string metric) => File.ReadLines(Path.Combine(_program.Folder, "run/flatness.csv"))
        .Select(line => line.Split(',')).Where(cells => cells[3].StartsWith(metric, StringComparison.Ordinal)).Select(cells => Number(cells[4]))
        .Single();

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static bool HasNumPy(string python)
    {
        try
        {
            using var process = Begin(python, "-c", "import numpy");
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string Run(string? python, params string[] arguments)
    {
        using var process = Begin(python ?? "", arguments);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private static Process Begin(string python, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
        ?? throw new InvalidOperationException($"{python} did not start");
}
