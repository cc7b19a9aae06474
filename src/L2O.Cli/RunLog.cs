using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace L2O.Cli;

/// <summary>The log of a run: all of it in `log.txt`, warnings on stderr too. Errors are told there by <see cref="ExitCodes"/>.</summary>
internal static class RunLog
{
    private const string InFile = "{Timestamp:yyyy-MM-dd HH:mm:ss.fff zzz} {Level:u3} {Message:lj}{NewLine}{Exception}";
    private const string OnConsole = "{Level:w}: {Message:lj}{NewLine}";

    /// <summary>Opens the log; a log that is there is gone on with.</summary>
    /// <param name="runDirectory">Exists.</param>
    /// <returns>Owned by the caller; disposing it writes what is left.</returns>
    internal static Logger Open(string runDirectory) => new LoggerConfiguration()
        .WriteTo.File(
            Path.Combine(runDirectory, "log.txt"), outputTemplate: InFile, formatProvider: CultureInfo.InvariantCulture)
        .WriteTo.Logger(console => console
            .Filter.ByExcluding(logged => logged.Level >= LogEventLevel.Error)
            .WriteTo.Console(
                LogEventLevel.Warning,
                OnConsole,
                CultureInfo.InvariantCulture,
                standardErrorFromLevel: LogEventLevel.Verbose))
        .CreateLogger();
}
