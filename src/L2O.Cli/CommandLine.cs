using System.CommandLine;
using System.CommandLine.Invocation;
using L2O.Cli.Arguments;
using L2O.Cli.Output;
using L2O.Cli.Sweeps;

namespace L2O.Cli;

/// <summary>The program, from arguments to exit code.</summary>
public static class CommandLine
{
    /// <summary>Runs one command to its end.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(params string[] args)
    {
        Option<bool> verbose = new("--verbose") { Description = "Show where an error came from", Recursive = true };
        RootCommand root = new("Learning to optimize: meta-train optimizers, and compare them")
        {
            verbose,
            LibtorchOption.Option,
            PluginOption.Option,
            ValidateCommand.Create(),
            TrainCommand.Create(),
            EvaluateCommand.Create(),
            AnalyzeCommand.Create(),
            SweepCommand.Create(),
            VerifyCommand.Create(),
            ImportCommand.Create(),
            TableCommand.Create(),
            ReportCommand.Create(),
            ExportCommand.Create(),
            DataCommand.Create(),
            ListCommand.Create(),
            SchemaCommand.Create(),
        };

        using var console = SafeConsole.Open();
        var exitCode = await Run(root.Parse(args), verbose);
        return console.Output.Failure is { } failure ? ExitCodes.ReportLost(failure, exitCode) : exitCode;
    }

    private static async Task<int> Run(ParseResult parsed, Option<bool> verbose)
    {
        if (parsed.Action is ParseErrorAction)
        {
            return ExitCodes.ReportUsage(parsed);
        }

        using Interruption interruption = new(TimeProvider.System);
        IReadOnlyList<IDisposable> kinds = [];
        try
        {
            LibtorchOption.Publish(parsed);
            kinds = PluginOption.Load(parsed);

            // Interruption cancels instead: an unroll in progress may take longer than any timeout here.
            return await parsed.InvokeAsync(
                new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Token);
        }
        catch (Exception e)
        {
            return ExitCodes.Report(e, isVerbose: parsed.GetValue(verbose));
        }
        finally
        {
            foreach (var kind in kinds)
            {
                kind.Dispose();
            }
        }
    }
}
