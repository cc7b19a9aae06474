using System.CommandLine;
using System.CommandLine.Parsing;
using L2O.Configs;
using L2O.Errors;

namespace L2O.Cli;

/// <summary>Turns errors into an exit code for the shell and a sentence for the user.</summary>
internal static class ExitCodes
{
    private const int Usage = 2;
    private const int Unexpected = 1;
    private const int Interrupted = 130;

    /// <summary>Writes what went wrong to stderr.</summary>
    /// <returns>The exit code.</returns>
    internal static int Report(Exception e, bool isVerbose)
    {
        var (exitCode, sentence) = e switch
        {
            L2OException known => (known.ExitCode, $"error: {known.Message}"),
            _ when LibtorchException.IsNative(e) => (Unexpected, $"error: {LibtorchException.Of(e).Message}"),
            OperationCanceledException => (Interrupted, "interrupted"),
            UnauthorizedAccessException or IOException =>
                (Unexpected, $"error: a file could not be used: {FirstLine(e)}"),
            _ => (Unexpected, $"error: unexpected {e.GetType().Name}: {FirstLine(e)}"),
        };
        Console.Error.WriteLine(sentence);
        if (isVerbose)
        {
            Console.Error.WriteLine(e);
        }
        else if (exitCode == Unexpected)
        {
            Console.Error.WriteLine("Add --verbose to see where it came from.");
        }

        return exitCode;
    }

    /// <summary>Writes to stderr that a result could not be printed. The files of a run are whole all the same.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="exitCode">What the command ended with.</param>
    /// <returns>The exit code.</returns>
    internal static int ReportLost(Exception failure, int exitCode)
    {
        Console.Error.WriteLine(
            $"error: the result could not be printed ({FirstLine(failure).TrimEnd('.')}); send standard output elsewhere. "
            + "What a run has written is whole: l2o table DIR shows it");
        return exitCode == 0 ? Unexpected : exitCode;
    }

    /// <summary>Writes what is wrong with the arguments to stderr.</summary>
    /// <returns>The exit code.</returns>
    internal static int ReportUsage(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var typed = string.Join(' ', Path(command));
        string[] subcommands = [.. command.Subcommands.Select(subcommand => subcommand.Name)];
        var positional = parsed.CommandResult.Children.OfType<ArgumentResult>();
        if (positional.Select(UnknownOption).Concat(parsed.UnmatchedTokens).FirstOrDefault(token => token is not null) is { } unknown)
        {
            var options = command.Options.Select(option => option.Name).Union(["--libtorch", "--plugin", "--verbose", "--help"]);
            string[] known = [.. subcommands, .. options];
            var help = Nearest.To(unknown, known) is { } nearest
                ? $"did you mean {nearest}?"
                : $"choose {string.Join(", ", known)}";
            Console.Error.WriteLine($"error: {typed} knows no `{unknown}`; {help}");
        }
        else if (subcommands.Length > 0)
        {
            Console.Error.WriteLine($"error: {typed} needs a command; choose {string.Join(", ", subcommands)}");
        }
        else
        {
            foreach (var error in parsed.Errors)
            {
                Console.Error.WriteLine($"error: {error.Message}");
            }
        }

        Console.Error.WriteLine($"See {typed} --help.");
        return Usage;
    }

    /// <summary>An option that the parser does not know and takes for the value of an argument.</summary>
    internal static string? UnknownOption(ArgumentResult argument) => argument.Tokens.Select(token => token.Value)
        .FirstOrDefault(text => text.Length > 1 && text.StartsWith('-'));

    private static IEnumerable<string> Path(Symbol symbol) =>
        symbol.Parents.OfType<Command>().SelectMany(Path).Append(symbol.Name);

    // Native errors carry a stack trace after the first line.
    private static string FirstLine(Exception e) => e.Message.Split('\n')[0].Trim();
}
